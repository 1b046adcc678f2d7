/** A way through a graph that comes back to where it began, or undefined: `["A", "B", "A"]`. `next` gives where each node leads. */
export function cycleIn(nodes: readonly string[], next: (node: string) => Iterable<string>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const other of next(node)) {
      const found = visit(other, [...trail, node]);
      if (found) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const found = visit(node, []);
    if (found) return found;
  }
  return undefined;
}
