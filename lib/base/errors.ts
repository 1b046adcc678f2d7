/**
 * Every mistake that a user can make, by code. A code is a word pair, `what/how`; `docs/errors.md` is generated from this list.
 * `exit` is what the process ends with: 2 for a mistake in usage or configuration, 12 for something that stands in the way before anything
 * was changed, 15 for a release that was left in the middle.
 */
export const errorCodes = {
  "config/invalid": { exit: 2, means: "The configuration file has mistakes; all of them are listed at once." },
  "config/unreadable": { exit: 2, means: "The configuration file cannot be read or does not run." },
  "plan/environment": { exit: 2, means: "The configuration has no such environment." },
  "plan/too-big": {
    exit: 2,
    means:
      "Something in the plan is larger than AWS takes: a stack, a task definition or the user data of instances. It is named, with its size.",
  },
  "plan/name-taken": {
    exit: 2,
    means: "A deploy would replace something by another one of the same name, which AWS refuses; nothing was changed.",
  },
  "plan/phase": { exit: 2, means: "A deploy would move a migration further than one legal step." },
  "plan/not-ready": { exit: 2, means: "The configuration lacks what a plan of this environment needs; all of it is listed at once." },
  "usage/unknown": { exit: 2, means: "A command, option or value is not known." },
  "usage/invalid": { exit: 2, means: "An option has a value that cannot be used." },
  "source/not-found": { exit: 2, means: "The app, revision, folder or npm version does not exist." },
  "source/no-previous": { exit: 2, means: "There is only one version, and a rehearsal needs two." },
  "source/git": { exit: 2, means: "git is missing or refused." },
  "start/missing": { exit: 2, means: "Nothing says how to start the app." },
  "buildspec/invalid": { exit: 2, means: "The buildspec file has mistakes or asks for something that a rehearsal cannot do." },
  "pipeline/failed": { exit: 4, means: "A stage of the pipeline failed before anything was released." },
  "app/not-healthy": { exit: 12, means: "The live version does not come up, so there is nothing to release against." },
  "port/taken": { exit: 12, means: "The port that was asked for is in use." },
  "plane/lost": { exit: 12, means: "The data plane does not answer." },
  "folder/read-only": { exit: 12, means: "The state folder cannot be written." },
  "folder/in-use": { exit: 2, means: "Files that a command would write are there already." },
  "disk/full": { exit: 12, means: "The disk has no space left." },
  "ledger/corrupt": { exit: 12, means: "The ledger was changed or damaged; nothing acts on it until a person has looked." },
  "ledger/version": { exit: 12, means: "The ledger was written by a newer Sluice." },
  "outputs/unfit": {
    exit: 2,
    means: "A file that is to hold the outputs of a deploy cannot be read, or is not of this environment's plan.",
  },
  "release/held": { exit: 12, means: "Somebody else is releasing this environment." },
  "release/unfinished": {
    exit: 12,
    means: "An earlier release was left unfinished, and other versions, or a deploy that would change what it moves, were asked for.",
  },
  "release/refused": {
    exit: 12,
    means: "Several things stand in the way of a release, which were found before anything was changed; all of them are listed.",
  },
  "release/alarm": { exit: 12, means: "An alarm fires before a release, or one that its gates watch is not there." },
  "release/no-room": { exit: 12, means: "The candidate does not fit beside the live version, by the configuration or by a quota of AWS." },
  "version/missing": { exit: 12, means: "There is no image or archive of the version that a release asks for." },
  "version/unproven": {
    exit: 12,
    means: "No build of the project that the configuration names has pushed the image, or put the archive, that a release asks for.",
  },
  "release/stopped": {
    exit: 15,
    means: "What carried a release out has ended before it, with the traffic where it was; the same command goes on.",
  },
  "release/none": { exit: 12, means: "There is no release to act on." },
  "world/unsupported": {
    exit: 2,
    means: "A release cannot move this environment's traffic, as the configuration says or as it was deployed.",
  },
  "world/unreachable": { exit: 12, means: "The tests of a release cannot come in from here; nothing was changed." },
  "world/clock": { exit: 12, means: "The clock of this machine is not that of AWS, and what is decided by times would be wrong." },
  "world/changed": { exit: 12, means: "What a release acts on is not as the last deploy left it." },
  "engine/no-credentials": { exit: 12, means: "AWS takes no credentials from here, or none for an account of the plan." },
  "engine/forbidden": {
    exit: 12,
    means: "AWS does not allow what is needed to who asks; the action is named, and trying again changes nothing.",
  },
  "engine/not-bootstrapped": { exit: 12, means: "CDK is not set up in an account and region of the plan." },
  "engine/not-installed": { exit: 2, means: "The engine or the AWS client that is needed is an optional package that is not installed." },
  "environment/protected": { exit: 12, means: "The environment is protected, so nothing of it is deleted." },
  "secret/missing": { exit: 12, means: "A secret that the configuration names has no value in the environment's account." },
  "snapshot/missing": { exit: 12, means: "The snapshot that a database begins with, or what it is to be taken of, does not exist." },
  "snapshot/unfit": { exit: 12, means: "The database of the plan cannot begin with the snapshot; all reasons are listed at once." },
  "snapshot/failed": { exit: 12, means: "AWS could not take or copy a snapshot." },
  "database/unfit": { exit: 12, means: "A database was restored, and is not what the plan says." },
  "archive/missing": { exit: 2, means: "The code of a function that the plan has is not bundled, so that it cannot be taken to AWS." },
  "engine/unknown-type": {
    exit: 2,
    means: "The engine does not know a type of resource that a template has; all of them are listed at once.",
  },
  "engine/unresolvable": {
    exit: 2,
    means: "A template has values that CloudFormation fills in and Pulumi cannot; all of them are listed at once.",
  },
  "engine/no-region": { exit: 2, means: "A provider of AWS in a Pulumi program has no region; all of them are listed at once." },
  "engine/failed": { exit: 12, means: "AWS did not do what the engine asked; the stack, the resource and the reason are named." },
} as const satisfies Record<string, { exit: 2 | 4 | 12 | 15; means: string }>;

type ErrorCode = keyof typeof errorCodes;

/** A mistake or obstacle that the user can do something about. Printed as message and fix, never with a stack. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;
  /** Further lines that belong to the message, such as the last lines of an app's log. */
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, fix: string, details: readonly string[] = []) {
    super(message);
    this.name = "UserError";
    this.code = code;
    this.fix = fix;
    this.details = details;
  }
}

/** What a system call failed with (`ENOENT`, `ENOSPC`, …), or undefined for any other failure. */
export function errorNumber(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether a write failed for want of space, on the disk or in the user's quota. */
export function isDiskFull(error: unknown): boolean {
  const code = errorNumber(error);
  return code === "ENOSPC" || code === "EDQUOT";
}
