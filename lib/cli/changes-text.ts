import type { Change, StackChanges } from "../actions/aws-events.ts";
import type { PreviewView } from "../actions/preview.ts";
import type { Paint, Tone } from "./paint.ts";
import { aligned } from "./tables.ts";

/** How each kind of change is marked and said. Capitals are for what loses something. */
const words: Readonly<Record<Change["will"], { readonly mark: string; readonly text: string; readonly tone: Tone }>> = {
  create: { mark: "+", text: "create", tone: "good" },
  update: { mark: "~", text: "update", tone: "live" },
  replace: { mark: "±", text: "REPLACE", tone: "bad" },
  "may-replace": { mark: "±", text: "MAY REPLACE", tone: "warn" },
  collide: { mark: "!", text: "REPLACE UNDER A TAKEN NAME", tone: "bad" },
  destroy: { mark: "-", text: "DELETE", tone: "bad" },
  release: { mark: "-", text: "let go, and it lives on", tone: "warn" },
  import: { mark: "+", text: "import", tone: "good" },
};

/** What a deploy would change, stack by stack, with a line that counts and one that calls out what would be lost. */
export function previewLines({ environment, stacks, lost }: PreviewView, paint: Paint): readonly string[] {
  return [
    ...stacks.flatMap((stack) => [...stackLines(stack, paint), ""]),
    paint("strong", `${environment}: ${countWords(stacks)}`),
    ...(lost.length === 0 ? [] : [paint("bad", `deleted or replaced, with what is in them: ${lost.join(", ")}`)]),
  ];
}

function stackLines({ stack, changes, outputs }: StackChanges, paint: Paint): readonly string[] {
  const head = paint("strong", stack);
  if (changes.length + outputs.length === 0) return [`${head}  ${paint("quiet", "no change")}`];
  const rows = changes.map(({ id, of, will, properties }) => [
    paint(words[will].tone, `  ${words[will].mark} ${words[will].text}`),
    id,
    paint("quiet", of),
    properties.join(", "),
  ]);
  return [head, ...aligned(rows), ...(outputs.length === 0 ? [] : [`  outputs: ${outputs.join(", ")}`])];
}

/** How many of each kind. */
export function countWords(stacks: readonly StackChanges[]): string {
  const changes = stacks.flatMap((stack) => stack.changes);
  const counts = [...Map.groupBy(changes, ({ will }) => will)].map(([will, some]) => `${some.length} to ${words[will].text}`);
  if (counts.length > 0) return counts.join(", ");
  return stacks.some(({ outputs }) => outputs.length > 0) ? "outputs only" : "nothing to change";
}
