import type { StatusView, StepView } from "../actions/views.ts";
import { otherSlot, type Slot } from "../base/outcome.ts";
import { type Instant, showDuration } from "../base/time.ts";
import type { Paint } from "./paint.ts";
import { gateLine } from "./phrases.ts";
import { aligned } from "./tables.ts";

/** An environment and its newest release, for people. */
export function statusLines(view: StatusView, now: Instant, paint: Paint): readonly string[] {
  const { environment, release, state, outcome, because, from, to, live, places, holder, since, next } = view;
  const rows: (readonly [string, string])[] = [
    ["environment", environment],
    [
      "release",
      release === undefined
        ? state === "unknown"
          ? ""
          : "none yet"
        : `${release}${to === "" ? "" : `: ${from} → ${to}`}${since === undefined ? "" : `, ${showDuration(now - since)} ago`}`,
    ],
    ["state", paint(tone(view), outcome ? `${state}: ${outcome}` : state)],
    ["phase", release === undefined ? "" : view.phase],
    ["because", because],
    ...weightRows(view),
    ["live", live ?? ""],
    ...places.map(({ where, live: slot, version }, at) => [at === 0 ? "live" : "", `${where}: ${version} in ${slot}`] as const),
    ["in charge", holder ? `${holder.name} on ${holder.host}, process ${holder.pid}, for ${showDuration(now - holder.since)}` : ""],
    ...recoveryRows(view, now),
    ...noticeRows(view),
    ...view.gates.map((gate, index) => [index === 0 ? "gates" : "", gateLine(gate)] as const),
  ];
  const facts = aligned(rows.filter(([, text]) => text !== "").map(([name, text]) => [paint("strong", name), text]));
  const steps = aligned(view.steps.map((step) => stepRow(step, paint)));
  return [...facts, ...(steps.length > 0 ? ["", ...steps] : []), ...(next ? ["", `next: ${next}`] : [])];
}

function weightRows({ weight, candidate, waves }: StatusView): readonly (readonly [string, string])[] {
  const shared = (share: number, slot: Slot): string => `${share} % on ${slot}, ${100 - share} % on ${otherSlot(slot)}`;
  if (waves.length === 0) return candidate === undefined ? [] : [["weight", shared(weight, candidate)]];
  return waves.map((wave, at) => [at === 0 ? "weight" : "", `${wave.region}: ${shared(wave.weight, wave.candidate)}`]);
}

/** Where callers are, for an environment that was moved or moves now. */
function recoveryRows({ environment, state, recovery }: StatusView, now: Instant): readonly (readonly [string, string])[] {
  const { primary = "", served, running, because = "", next = "" } = recovery ?? {};
  const unmoved = !served && state === "unknown" && because === "";
  return [
    ...(served
      ? [["served from", `${served.region}, ${served.version}, for ${showDuration(now - served.since)} (${served.by})`] as const]
      : []),
    ...(unmoved ? [["served from", `${primary}: nobody has moved its callers`] as const] : []),
    ...(next === "" || running ? [] : [["to move next", next] as const]),
    ...(running
      ? [["recovery", `${running.recovery} to ${running.to} has not ended; go on with: sluice ${running.kind} ${environment}`] as const]
      : []),
    ...(because === "" ? [] : [["recovery", `not known: ${because}`] as const]),
  ];
}

/** AWS forgets who does not confirm within 48 hours (Amazon SNS Developer Guide, "Deleting an Amazon SNS topic and subscription"). */
function noticeRows({ environment, notices }: StatusView): readonly (readonly [string, string])[] {
  const { unconfirmed = [], because = "" } = notices ?? {};
  const told =
    because === "" ? unconfirmed.map(({ endpoint, region }) => `${endpoint} has not confirmed (${region})`) : [`not known: ${because}`];
  return told.map((text, at) => [
    at === 0 ? "notices" : "",
    at === 0 && because === "" ? `${text}; see: sluice doctor ${environment}` : text,
  ]);
}

function tone({ state, outcome }: StatusView): "good" | "warn" | "bad" | "strong" {
  if (outcome === "released") return "good";
  if (state === "interrupted" || state === "unknown") return "bad";
  return state === "running" || state === "none" ? "strong" : "warn";
}

const marks = {
  waiting: ["·", "quiet"],
  running: ["▸", "strong"],
  done: ["✔", "good"],
  undone: ["↶", "warn"],
  skipped: ["-", "quiet"],
} as const satisfies Record<StepView["is"], readonly [string, string]>;

function stepRow({ title, is, ms }: StepView, paint: Paint): readonly string[] {
  const [sign, color] = marks[is];
  return [`  ${paint(color, sign)}`, title, ms === undefined ? is : `${is} in ${showDuration(ms)}`];
}
