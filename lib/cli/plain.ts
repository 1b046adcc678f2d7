import type { Event } from "../base/events.ts";
import { type Instant, showDuration } from "../base/time.ts";
import { bytes, gateLine, handedOver, near, numbers, perSecond, shortHash, stageEnd } from "./phrases.ts";

/** What plain lines remember from one event to the next. */
interface PlainState {
  /** When the first event came; undefined before it. */
  readonly start: Instant | undefined;
  /** When a reading was last shown. */
  readonly reading: Instant | undefined;
  /** The step that is known to wait for a person: it is told at every turn, and shown once. */
  readonly waiting: string | undefined;
}

/** What plain lines know before the first event. */
export const plainStart: PlainState = { start: undefined, reading: undefined, waiting: undefined };

/** Readings come up to several times a second; shown is at most one in this many milliseconds. */
const readingsEvery = 1_000;

/** The lines for one event, each with the time since the first event, and what to remember for the next one. */
export function plainLines(event: Event, state: PlainState): { readonly lines: readonly string[]; readonly state: PlainState } {
  const start = state.start ?? event.at;
  const next = {
    start,
    reading: event.type === "reading" ? event.at : state.reading,
    waiting: event.type === "waiting" ? event.step : state.waiting,
  };
  if (isRepeated(event, state)) return { lines: [], state: { ...state, start } };
  return { lines: offset(event.at - start, said(event)), state: next };
}

function isRepeated(event: Event, { reading, waiting }: PlainState): boolean {
  if (event.type === "reading") return reading !== undefined && event.at - reading < readingsEvery;
  return event.type === "waiting" && event.step === waiting;
}

/** Lines with the time since the beginning: the first gets it, the others stand below. */
export function offset(ms: number, texts: readonly string[]): readonly string[] {
  const time = `+${(ms / 1_000).toFixed(1)}s`.padStart(8);
  return texts
    .flatMap((text) => text.split("\n"))
    .map((line, index) => `${index === 0 ? time : " ".repeat(time.length)}  ${line}`.trimEnd());
}

function said(event: Event): readonly string[] {
  // The map holds one function per type, so the one picked by an event's type takes that event.
  return (words[event.type] as (event: Event) => readonly string[])(event);
}

const words: { readonly [Type in Event["type"]]: (event: Extract<Event, { type: Type }>) => readonly string[] } = {
  // The summary names what is in it.
  state: () => [],
  note: ({ text }) => [text],
  source: ({ role, version, from }) => [near(`${role} version: ${version}, from ${from}`)],
  "stage-started": ({ role, stage, log }) => [`${role}: ${stage} … (log: ${near(log)})`],
  "stage-ended": (event) => [`${event.role}: ${stageEnd(event)}`, ...(event.is === "failed" ? [`log: ${near(event.log)}`] : [])],
  artifact: ({ role, version, digest, bytes: size, reused }) => [
    `${role}: ${reused ? "already packed" : "packed"} ${version}, ${bytes(size)}, sha256 ${shortHash(digest)}`,
  ],
  plane: ({ is, url, because }) => [`data plane ${is}${url ? `: ${url}` : ""}${because ? ` (${because})` : ""}`],
  live: ({ slot, version, instances }) => [`live: ${version} in ${slot}, ${instances === 1 ? "1 instance" : `${instances} instances`}`],
  traffic: ({ rate, paths }) => [`traffic: ${perSecond(rate)} to ${paths.join(", ")}`],
  plan: (event) => planLines(event),
  resumed: ({ release, because }) => [`${release} goes on: ${because}`],
  "handed-over": ({ release, to }) => [handedOver(release, to)],
  "step-started": ({ title }) => [`begin   ${title}`],
  "step-done": ({ title, ms }) => [`done    ${title} (${showDuration(ms)})`],
  "step-undone": ({ title }) => [`undone  ${title}`],
  reading: ({ weight, candidate, rate, live, next, left, gates }) => [
    `${weight} % on ${candidate}, ${perSecond(rate)} | live ${numbers(live)} | candidate ${numbers(next)} | ${showDuration(left)} left`,
    ...gates.filter(({ is }) => is === "fail").map(gateLine),
  ],
  verdict: ({ is, because, gates }) => [
    `gates: ${is}${because ? `, ${because}` : ""}`,
    ...gates.filter((gate) => gate.is === "fail").map(gateLine),
  ],
  waiting: ({ because }) => [because],
  asked: ({ what, by }) => [`${by} asked: ${what}`],
  "turned-back": ({ because, details, outcome }) => [`turning back (${outcome}): ${because}`, ...details.map((line) => `  ${line}`)],
  fault: ({ fault, text }) => [`fault ${fault}: ${text}`],
  error: ({ code, message, fix, details }) => [
    `error: ${message} (${code})`,
    ...details.map((line) => `  ${line}`),
    ...(fix ? [`fix: ${fix}`] : []),
  ],
  outcome: ({ outcome, ms }) => [`ended: ${outcome} after ${showDuration(ms)}`],
};

/** The sealed plan as a block, the same in every view. */
function planLines({ release, hash, from, to, candidate, steps, gates }: Extract<Event, { type: "plan" }>): readonly string[] {
  const width = Math.max(...steps.map(({ title }) => title.length));
  return [
    `release plan of ${release}: ${from} → ${to}, candidate in ${candidate}, sealed ${shortHash(hash)}`,
    ...steps.map(
      ({ title, undo }, index) => `  ${String(index + 1).padStart(2)}. ${undo ? `${title.padEnd(width)}   undo: ${undo}` : title}`,
    ),
    `  gates: ${gates.join("; ")}`,
  ];
}
