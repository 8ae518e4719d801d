"""The smallest program that regime can sweep: no network, only how a point is read and answered."""
import json
import random
import sys

point = json.load(sys.stdin)
knobs, seeds = point["knobs"], point["seeds"]
random.seed(seeds["data"])

position, course = 0.0, []
for step in range(1, knobs["steps"] + 1):
    position += knobs["drift"] + random.gauss(0, 1)
    if step in point["dimensions"]["step"]:
        course.append(position)

print(json.dumps({"final": position, "course": course, "positive": position > 0}))
