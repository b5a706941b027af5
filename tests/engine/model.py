"""What the engine must say, by definition and without cleverness: at most sixty lines, and none of them the engine's."""

from itertools import combinations


def edges(roadmap, acts=()):
    """(step, target) of every requirement in force between open things."""
    known = {*roadmap.steps, *roadmap.obstacles}
    for each in roadmap.requirements:
        for step in each.waiting:
            for target in each.targets:
                waived = ("waive", each.key) in acts
                handed = ("substitute", step) in acts and each.key in roadmap.handed_over.get(step, ())
                if step in roadmap.steps and target in known and not waived and not handed:
                    yield step, target


def stands_still(roadmap, code, stalled, obstacles):
    return roadmap.steps.get(code) in stalled or (code in roadmap.obstacles and code in obstacles)


def held(roadmap, pairs, stalled, obstacles):
    """Everything from which some path leads into the stall, by saying it again until nothing changes."""
    found = {c for c in (*roadmap.steps, *roadmap.obstacles) if stands_still(roadmap, c, stalled, obstacles)}
    while more := {step for step, target in pairs if target in found} - found:
        found |= more
    return found


def effect(roadmap, code, stalled, obstacles):
    hard = list(edges(roadmap))
    political = [(s, t) for s, t in roadmap.ties if s in roadmap.steps]
    if code in held(roadmap, hard, stalled, obstacles):
        return "blocked"
    if roadmap.is_provisional:
        return "provisional"
    return "linked" if code in held(roadmap, hard + political, stalled, obstacles) else "free"


def distance(pairs, start, goals):
    """How many arrows the shortest way has; None where there is none."""
    layer, seen, count = {start}, set(), 0
    while layer and not layer & goals:
        seen |= layer
        layer = {target for step, target in pairs if step in layer} - seen
        count += 1
    return count if layer else None


def freed(roadmap, acts, stalled, obstacles):
    before = held(roadmap, list(edges(roadmap)), stalled, obstacles)
    after = held(roadmap, list(edges(roadmap, acts)), stalled, obstacles)
    return {code for code in before - after if code in roadmap.steps}


def fewest(roadmap, acts, wanted, stalled, obstacles):
    """The size of the smallest set of acts that frees all that is wanted; None where none does."""
    sizes = range(len(acts) + 1)
    sets = (chosen for size in sizes for chosen in combinations(acts, size))
    return next((len(c) for c in sets if wanted <= freed(roadmap, c, stalled, obstacles)), None)
