"""The same walk over arrays in numpy: read once, then one question a line on standard input."""

import sys
import time

import numpy as np

folder, items, lines_all = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def column(name):
    return np.fromfile(f"{folder}/{name}.bin", dtype="<u4").astype(np.int64)


def csr(rows, frm, to):
    order = np.argsort(frm, kind="stable")
    ends = np.concatenate(([0], np.cumsum(np.bincount(frm, minlength=rows))))
    return ends, to[order]


def gather(table, rows):
    """What all these rows lead to, and from which of them."""
    ends, to = table
    begin, count = ends[rows], ends[rows + 1] - ends[rows]
    whole = count.sum()
    if whole == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at = np.arange(whole) - np.repeat(np.cumsum(count) - count, count)
    return to[np.repeat(begin, count) + at], np.repeat(np.arange(len(rows)), count)


assembly, component = column("assembly"), column("component")
up, down = csr(items, component, assembly), csr(items, assembly, component)
line_of_item = csr(items, column("item"), np.arange(lines_all))
shipment_line = column("shipment_line")
shipment_of_line = csr(lines_all, shipment_line, np.arange(len(shipment_line)))


def reach(item):
    depth = np.full(items, 255, np.int64)
    before = np.full(items, -1, np.int64)
    for table in (up, down):
        seen = np.zeros(items, bool)
        frontier, steps = np.array([item]), 0
        seen[item] = True
        while len(frontier):
            depth[frontier] = np.minimum(depth[frontier], steps)
            to, row = gather(table, frontier)
            new = ~seen[to]
            to, row = to[new], row[new]
            to, first = np.unique(to, return_index=True)
            before[to] = frontier[row[first]]
            seen[to] = True
            frontier, steps = to, steps + 1
    found = np.flatnonzero(depth < 255)
    lines, row = gather(line_of_item, found)
    line_steps, line_items = depth[found][row] + 3, found[row]
    shipments, row = gather(shipment_of_line, lines)
    return lines, line_steps, shipments, line_steps[row] + 1, (before, line_items, lines[row])


def digest(lines, line_steps, shipments, shipment_steps):
    def part(kind, ids, steps):
        ids, steps = ids.astype(np.uint64), steps.astype(np.uint64)
        mixed = (ids + np.uint64(1)) * (steps + np.uint64(7)) * np.uint64(kind + 1)
        return int(mixed.sum(dtype=np.uint64))

    whole = part(0, lines, line_steps) + part(1, lines, line_steps + 1)
    return (whole + part(2, shipments, shipment_steps)) % 2**64


print("ready", flush=True)
for asked in sys.stdin:
    begun = time.perf_counter()
    lines, line_steps, shipments, shipment_steps, paths = reach(int(asked))
    took = time.perf_counter() - begun
    print(f"{int(took * 1e9)} {digest(lines, line_steps, shipments, shipment_steps)}", flush=True)
