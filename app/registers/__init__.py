"""The registers: roadmap, obstacles, red lines, interests, terms, and the texts that anchor due dates."""
