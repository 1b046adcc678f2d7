import type { Event, GateLine } from "../base/events.ts";
import type { CommandOutcome, Outcome, Slot } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";

/** The last event of every rehearsal. */
export type OutcomeEvent = Extract<Event, { type: "outcome" }>;

/** Takes every event of a running action, in order. */
export type Tell = (event: Event) => void;

/** How a person stops a running action. */
export interface Signals {
  /** Aborts at the first Ctrl-C: roll back, then end. */
  readonly stop: AbortSignal;
  /** Aborts at the second Ctrl-C: end at once, leaving nothing running. */
  readonly kill: AbortSignal;
}

/** What to rehearse and how. What is absent comes from the configuration, else from the default that it documents. */
export interface RehearseOptions {
  /** A folder or a git URL; absent: `cwd`. */
  readonly source?: string;
  /** The live version: a git revision, a folder or `npm:name@version`. */
  readonly from?: string;
  /** The candidate, said like `from`. */
  readonly to?: string;
  /** The command that starts the app. */
  readonly start?: string;
  /** The path that answers when the app is healthy. */
  readonly health?: string;
  /** Requests a second. */
  readonly rate?: number;
  /** Divides bakes and waits. */
  readonly speed?: number;
  readonly faults: readonly string[];
  /** Wait for a person before the first shift. */
  readonly approve: boolean;
  /** Leave the data plane running afterwards. */
  readonly keep: boolean;
  /** The router's port; 0 or absent: any free one. */
  readonly port?: number;
  /** The configuration file. */
  readonly config?: string;
  /** The folder that relative paths start from. */
  readonly cwd: string;
}

/** An environment and its newest release, as its ledger tells them. */
export interface StatusView {
  readonly environment: string;
  /** Undefined while nothing was ever released. */
  readonly release: string | undefined;
  /** `interrupted`: not ended, and nobody is in charge. `unknown`: the ledger does not answer, as when its region is lost. */
  readonly state: "none" | "running" | "waiting for approval" | "paused" | "turning back" | "ended" | "interrupted" | "unknown";
  readonly outcome?: Outcome;
  readonly phase: "initial" | "blue-green" | "traffic-shift" | "complete" | "rolled-back";
  readonly because: string;
  readonly from: string;
  readonly to: string;
  readonly candidate: Slot | undefined;
  /** The candidate's share of requests, 0 to 100. */
  readonly weight: number;
  /** Where an environment has one place; else `places` says it. */
  readonly live: Slot | undefined;
  /** What is live in each region, service by service; empty where there is one place. */
  readonly places: readonly PlaceView[];
  /** The candidate's share in each region that the release goes through; empty where there is one. */
  readonly waves: readonly { readonly region: string; readonly candidate: Slot; readonly weight: number }[];
  /** Who is in charge. */
  readonly holder?: { readonly name: string; readonly host: string; readonly pid: number; readonly since: Instant };
  readonly steps: readonly StepView[];
  readonly gates: readonly GateLine[];
  /** When the release was planned. */
  readonly since?: Instant;
  /** Who hears of nothing; undefined for rehearsals. */
  readonly notices?: ConfirmationsView;
  /** Where its callers are led, for an environment that can move to another region. */
  readonly recovery?: RecoveryView;
  /** The command to run next, or "". */
  readonly next: string;
}

/** A service in a region, and what is live there. */
export interface PlaceView {
  /** Such as `web/eu-west-1`. */
  readonly where: string;
  readonly live: Slot;
  readonly version: string;
}

/** From which region an environment is served, and what moves it now. */
export interface RecoveryView {
  /** From where it is served as long as nobody moved it. */
  readonly primary: string;
  readonly served?: { readonly region: string; readonly since: Instant; readonly by: string; readonly version: string };
  /** What it takes before it can be moved the next time, and what moves it back; "" where nothing does. */
  readonly next?: string;
  readonly running?: { readonly recovery: string; readonly kind: string; readonly to: string };
  /** Why nobody could look, or "". */
  readonly because: string;
}

/** The addresses that have not confirmed that they want an environment's notices. */
export interface ConfirmationsView {
  readonly unconfirmed: readonly { readonly region: string; readonly endpoint: string }[];
  /** Why nobody could look, or "". */
  readonly because: string;
}

/** One step of a release and how far it is. */
export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly is: "waiting" | "running" | "done" | "undone" | "skipped";
  /** How long it took, in milliseconds. */
  readonly ms?: number;
}

/** What a person asks of a running release. */
export type Ask = "approve" | "pause" | "resume" | "abort" | "rollback" | "promote";

/** One rehearsal with a fault: what had to happen, and what did. */
export interface FaultRow {
  readonly fault: string;
  /** When it strikes, relative to the first shift. */
  readonly when: "before" | "after" | "always";
  readonly expected: { readonly outcome: Outcome; readonly exit: number };
  readonly got: { readonly outcome: CommandOutcome | "none"; readonly exit: number };
  /** False where a fault after the first shift never got its moment: then the outcome proves nothing. */
  readonly struck: boolean;
  readonly ok: boolean;
  readonly requests: { readonly total: number; readonly failed: number };
  readonly recoveredInMs?: number;
  /** Processes that were left behind. */
  readonly orphans: number;
  readonly ms: number;
}

/** One rehearsal that was rolled back after a step, and whether the old version and weight came back. */
export interface PointRow {
  readonly step: string;
  readonly title: string;
  readonly outcome: CommandOutcome | "none";
  readonly liveVersionServes: boolean;
  /** The candidate's share after the rollback. */
  readonly weight: number;
  readonly ok: boolean;
  readonly requests: { readonly total: number; readonly failed: number };
  readonly recoveredInMs?: number;
  readonly ms: number;
}
