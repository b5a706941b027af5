"""The roadmap: steps, what they wait for, exchanges, obstacles, instalments; waivers and hand-overs; the texts that anchor due dates."""
