import type { GateIs, Role } from "../base/events.ts";
import { showDuration } from "../base/time.ts";
import { cut, type Paint, type Tone, wrapped } from "./paint.ts";
import { gateLine, numbers, perSecond, shortHash } from "./phrases.ts";
import type { StageStory, StepStory, Story } from "./story.ts";

/** How the screen looks at this moment. */
interface Frame {
  readonly columns: number;
  /** What stands before things that run: one character that changes. */
  readonly spinner: string;
  readonly paint: Paint;
  /** Words beside the events: a question, what a Ctrl-C did. */
  readonly said: readonly string[];
}

/** The live view as lines, none wider than the terminal. Pure: the same story and frame give the same lines. */
export function screenLines(story: Story, frame: Frame): readonly string[] {
  const blocks = [setUp(story, frame), release(story, frame), now(story, frame), asides(story, frame)];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ["", ...block]));
  return lines.map((line) => cut(line, frame.columns - 1));
}

const label = (name: string, paint: Paint, tone: Tone = "strong") => paint(tone, name.padEnd(10));

function setUp(story: Story, { spinner, paint }: Frame): readonly string[] {
  const { plane, live, traffic } = story;
  const versions = (["live", "candidate"] as const).flatMap((role) => versionLines(story, role, spinner, paint));
  const planeLine = plane && `${label("data plane", paint)} ${plane.is}${plane.url ? `, ${plane.url}` : ""}`;
  const liveIn = live && `, ${live.version} in ${paint("live", live.slot)}`;
  const trafficLine = traffic && `${label("traffic", paint)} ${perSecond(traffic.rate)} to ${traffic.paths.join(", ")}`;
  return [...versions, ...(planeLine ? [`${planeLine}${liveIn ?? ""}`] : []), ...(trafficLine ? [trafficLine] : [])];
}

function versionLines(story: Story, role: Role, spinner: string, paint: Paint): readonly string[] {
  const source = story.sources.findLast((one) => one.role === role);
  const stages = story.stages.filter((stage) => stage.role === role);
  if (!source && stages.length === 0) return [];
  const reused = story.artifacts.findLast((one) => one.role === role)?.reused ? "already packed" : "";
  const shown = stages.map((stage) => `${stageMark(stage, spinner, paint)} ${stage.stage}`).join("  ") || reused;
  return [`${label(role, paint)} ${source?.version ?? ""}${shown ? `  ${shown}` : ""}`];
}

function stageMark({ end }: StageStory, spinner: string, paint: Paint): string {
  if (!end) return spinner;
  const marks = { passed: paint("good", "✔"), failed: paint("bad", "✖"), skipped: paint("quiet", "-") };
  return marks[end.is];
}

function release({ plan, steps, outcome, turnedBack }: Story, { spinner, paint }: Frame): readonly string[] {
  const stopped = outcome !== undefined || turnedBack !== undefined;
  const head = plan && `${label("release", paint)} ${plan.release}: ${plan.from} → ${plan.to}, sealed ${shortHash(plan.hash)}`;
  return [...(head ? [head] : []), ...steps.map((step) => stepLine(step, stopped, spinner, paint))];
}

function stepLine({ title, is, ms }: StepStory, stopped: boolean, spinner: string, paint: Paint): string {
  const marks: Record<StepStory["is"], string> = {
    waiting: paint("quiet", `· ${title}`),
    // A release that turns back leaves the step where it was, without going on with it.
    running: stopped ? `${paint("bad", "✖")} ${title}` : `${spinner} ${paint("strong", title)}`,
    done: `${paint("good", "✔")} ${title}`,
    undone: `${paint("warn", "↶")} ${title} ${paint("warn", "undone")}`,
  };
  return `  ${marks[is]}${is === "done" && ms !== undefined ? paint("quiet", `  ${showDuration(ms)}`) : ""}`;
}

/** What the gates see at this moment. */
function now({ reading, bake, outcome, verdict }: Story, { columns, paint }: Frame): readonly string[] {
  if (!reading || outcome) return [];
  const { weight, candidate, rate, live, next, left } = reading;
  const gates = verdict?.step === reading.step && reading.gates.length === 0 ? verdict.gates : reading.gates;
  const width = Math.max(10, Math.min(40, columns - 45));
  const bakeLine = bake > 0 ? [`${label("bake", paint)} ${bar(1 - left / bake, width, "strong", paint)} ${showDuration(left)} left`] : [];
  return [
    `${label("weight", paint)} ${bar(weight / 100, width, "candidate", paint)} ${weight} % on ${candidate}, ${perSecond(rate)}`,
    ...bakeLine,
    `${label("live", paint, "live")} ${numbers(live)}`,
    `${label("candidate", paint, "candidate")} ${numbers(next)}`,
    ...gates.map((gate, index) => `${label(index === 0 ? "gates" : "", paint)} ${paint(gateTones[gate.is], gateLine(gate))}`),
  ];
}

const gateTones = { pass: "good", fail: "bad", wait: "warn", skipped: "quiet" } as const satisfies Record<GateIs, Tone>;

function bar(share: number, width: number, tone: Tone, paint: Paint): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return paint(tone, "█".repeat(full)) + paint("quiet", "░".repeat(width - full));
}

/** What is said beside the steps; wrapped, not cut, since people have to read it to the end. */
function asides({ asides: notes, turnedBack, waiting, errors }: Story, { columns, paint, said }: Frame): readonly string[] {
  const texts: readonly (readonly [Tone, string])[] = [
    ...notes.map((text) => ["quiet", text] as const),
    ...(turnedBack ? [["warn", `turning back: ${turnedBack.because}`] as const] : []),
    ...(turnedBack?.details ?? []).slice(-5).map((line) => ["quiet", `  ${line}`] as const),
    ...errors.flatMap(({ message, fix }) => [["bad", `error: ${message}`] as const, ...(fix ? [["strong", `fix: ${fix}`] as const] : [])]),
    ...(waiting === undefined ? [] : [["warn", waiting] as const]),
    ...said.map((text) => ["strong", text] as const),
  ];
  return texts.flatMap(([tone, text]) => wrapped(text, columns - 1).map((line) => paint(tone, line)));
}
