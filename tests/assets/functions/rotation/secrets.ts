import type { Credentials, Stage, Store } from "../../../../assets/functions/rotation/store.ts";

/** Secrets in memory, whose versions are staged as AWS Secrets Manager does it (its API reference, PutSecretValue, UpdateSecretVersionStage). */
export class Secrets implements Store {
  readonly #held = new Map<string, Map<string, { stages: Stage[]; credentials?: Credentials }>>();
  rotates = true;

  constructor(current: Readonly<Record<string, Credentials>>) {
    for (const [secret, credentials] of Object.entries(current))
      this.#held.set(secret, new Map([["first", { stages: ["AWSCURRENT"], credentials }]]));
  }

  /** Begins a rotation: the version is there and holds nothing yet. */
  begin(secret: string, version: string): void {
    this.#of(secret).set(version, { stages: ["AWSPENDING"] });
  }

  current(secret: string): Credentials | undefined {
    return this.#at(secret, "AWSCURRENT")?.credentials;
  }

  async describe(secret: string) {
    return { rotates: this.rotates, stages: Object.fromEntries([...this.#of(secret)].map(([version, { stages }]) => [version, stages])) };
  }

  async read(secret: string, stage: Stage, version?: string): Promise<Credentials | undefined> {
    const named = version === undefined ? this.#at(secret, stage) : this.#of(secret).get(version);
    return named?.stages.includes(stage) ? named.credentials : undefined;
  }

  async write(secret: string, version: string, credentials: Credentials, stage: Stage): Promise<void> {
    const there = this.#of(secret).get(version)?.credentials;
    if (there && JSON.stringify(there) !== JSON.stringify(credentials)) throw new Error("ResourceExistsException");
    this.#of(secret).set(version, { stages: [], credentials });
    this.#move(secret, stage, version);
  }

  async promote(secret: string, version: string, instead: string): Promise<void> {
    if (!this.#of(secret).get(instead)?.stages.includes("AWSCURRENT")) throw new Error("InvalidParameterException");
    this.#move(secret, "AWSCURRENT", version);
  }

  #move(secret: string, stage: Stage, to: string): void {
    for (const [version, one] of this.#of(secret)) {
      if (version !== to && stage === "AWSCURRENT" && one.stages.includes(stage)) this.#move(secret, "AWSPREVIOUS", version);
      one.stages = one.stages.filter((other) => other !== stage);
      if (version === to) one.stages.push(stage);
    }
  }

  #at(secret: string, stage: Stage) {
    return [...this.#of(secret).values()].find(({ stages }) => stages.includes(stage));
  }

  #of(secret: string) {
    const versions = this.#held.get(secret);
    if (!versions) throw new Error(`there is no secret ${secret}`);
    return versions;
  }
}
