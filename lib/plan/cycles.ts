/** A way through a graph that comes back to where it began, or undefined: `["A", "B", "A"]`. `next` gives where each node leads. */
export function cycleIn(nodes: readonly string[], next: (node: string) => Iterable<string>): readonly string[] | undefined {
  const done = new Set<string>();
  // The way to where the visit is; a set keeps the order in which it was filled.
  const trail = new Set<string>();
  const visit = (node: string): readonly string[] | undefined => {
    if (trail.has(node)) return [...[...trail].slice([...trail].indexOf(node)), node];
    if (done.has(node)) return undefined;
    trail.add(node);
    for (const other of next(node)) {
      const found = visit(other);
      if (found) return found;
    }
    trail.delete(node);
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const found = visit(node);
    if (found) return found;
  }
  return undefined;
}
