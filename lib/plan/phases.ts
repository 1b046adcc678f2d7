import type { Slot } from "../base/outcome.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import type { Migration, Phase } from "../config/schema/migration.ts";

/** What a phase makes of the fleets, the weights and the database. */
interface Row extends Readonly<Record<Slot, "runs" | "rests">> {
  /** Green's share of the traffic in %, or the step that the configuration asks for. */
  readonly share: 0 | 100 | "asked";
  /** Whether the database is there, and which one the service uses, where it comes from another (`migration.source`). */
  readonly database: "missing" | "made" | "used";
}

/**
 * The phases of a migration (B07): who runs, who gets the traffic, and where the data is. The way back keeps the restored database, so that
 * nothing that was written to it is lost before a person has looked.
 */
export const table: Readonly<Record<Phase, Row>> = {
  initial: { blue: "runs", green: "rests", share: 0, database: "missing" },
  snapshot: { blue: "runs", green: "rests", share: 0, database: "made" },
  "blue-green": { blue: "runs", green: "runs", share: 0, database: "used" },
  "traffic-shift": { blue: "runs", green: "runs", share: "asked", database: "used" },
  complete: { blue: "rests", green: "runs", share: 100, database: "used" },
  "rolled-back": { blue: "runs", green: "rests", share: 0, database: "made" },
};

/** What holds in an environment, from its phase. */
export interface Standing {
  readonly phase: Phase;
  readonly runs: Readonly<Record<Slot, boolean>>;
  /** Shares of the traffic in %, together 100. */
  readonly shares: Readonly<Record<Slot, number>>;
  readonly database: {
    readonly made: boolean;
    /** Whether the service uses the one made here, and not the source. */
    readonly used: boolean;
  };
  /** Whether a release moves weights and fleets, so that an engine sets them once and never again. */
  readonly releaseOwns: boolean;
}

/** The standing that a configuration asks for. Without a migration blue runs alone, as in the first phase. */
export function standingOf(config: Config, { migration }: Environment): Standing {
  const phase = migration?.phase ?? "initial";
  const { blue, green, share, database } = table[phase];
  const moved = share === "asked" ? weightOf(config, migration) : share;
  const ownFromTheStart = migration?.source === undefined;
  return {
    phase,
    runs: { blue: blue === "runs", green: green === "runs" },
    shares: { blue: 100 - moved, green: moved },
    database: {
      made: config.database !== undefined && (ownFromTheStart || database !== "missing"),
      used: ownFromTheStart || database === "used",
    },
    releaseOwns: config.rollout.weightHolder === "release",
  };
}

function weightOf({ rollout: { weights } }: Config, migration: Migration | undefined): number {
  const [first = 100] = weights;
  return migration?.weight ?? first;
}

/** A place on the way: a phase, and in `traffic-shift` green's share in %. */
export interface Place {
  readonly phase: Phase;
  readonly weight?: number;
}

interface Way {
  /** The steps of `traffic-shift`, as `rollout.weights` says. */
  readonly weights: readonly number[];
  /** Whether the database comes from a snapshot; without one `snapshot` is skipped. */
  readonly movesData: boolean;
}

/**
 * Whether one deploy may move from one place to another: a step on, the same once more, or back (B07). The way back is `rolled-back`, from
 * every phase in which blue still runs; from `complete` no deploy goes back. A refusal is a sentence that says which moves are legal;
 * nothing may be changed then.
 */
export function legalMove(from: Place, to: Place, way: Way): { readonly legal: true } | { readonly refused: string } {
  const next = [...stepsFrom(from, way), ...(from.phase === "rolled-back" || from.phase === "complete" ? [] : backFrom(from))];
  if (isSame(from, to) || next.some((one) => isSame(one, to))) return { legal: true };
  const legal = [...next, from].map(say);
  const can = legal.length === 1 ? "it stays there" : `write one of: ${legal.join(", ")}`;
  return { refused: `the environment is at ${say(from)}, from where one deploy does not reach ${say(to)}; ${can}` };
}

function stepsFrom({ phase, weight }: Place, { weights, movesData }: Way): readonly Place[] {
  const shift = (at: number): readonly Place[] => {
    const share = weights[at];
    return share === undefined ? [{ phase: "complete" }] : [{ phase: "traffic-shift", weight: share }];
  };
  // Weights that left the configuration meanwhile count by their size.
  const after = weights.findIndex((one) => one > (weight ?? 0));
  const steps: Readonly<Record<Phase, readonly Place[]>> = {
    initial: [{ phase: movesData ? "snapshot" : "blue-green" }],
    snapshot: [{ phase: "blue-green" }],
    "blue-green": shift(0),
    "traffic-shift": after < 0 ? [{ phase: "complete" }] : shift(after),
    complete: [],
    "rolled-back": [{ phase: "blue-green" }],
  };
  return steps[phase];
}

/** Before anything was made there is nothing to take back. */
const backFrom = ({ phase }: Place): readonly Place[] => (phase === "initial" ? [] : [{ phase: "rolled-back" }]);

const isSame = (one: Place, other: Place): boolean =>
  one.phase === other.phase && (one.phase !== "traffic-shift" || one.weight === other.weight);

const say = ({ phase, weight }: Place): string => (phase === "traffic-shift" ? `${phase} with weight ${weight}` : phase);
