import { beforeEach, describe, expect, it } from "vitest";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Fleet } from "../../../lib/ports/fleet.ts";
import { serviceFleet } from "../../../lib/worlds/aws/fleet.ts";
import { fleetContract } from "../../contracts/fleet.ts";
import { cluster } from "./ecs.ts";
import { settling } from "./settled.ts";

const image = (digit: string, version: string): Artifact => {
  const digest = digit.repeat(64);
  return { digest, version, file: `1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:${digest}`, start: "" };
};
const [first, second, broken] = [image("1", "1.0"), image("2", "2.0"), image("b", "broken")];

function open() {
  const app = { name: "web", image: "1.dkr.ecr.eu-west-1.amazonaws.com/web:seed", dockerLabels: { team: "storefront" } };
  const crashing = new Set([broken.file]);
  const made = cluster(["web-blue", "web-green"], "shop-web", app, (name) => crashing.has(name));
  const names = { blue: "web-blue", green: "web-green" };
  const fleet = serviceFleet({
    ...made,
    environment: "production",
    cluster: "shop",
    services: names,
    groups: names,
    container: "web",
    least: 1,
  });
  return { ...made, crashing, fleet, ...settling(made.tick) };
}

fleetContract("ECS services, answered by a fake", async () => ({ ...open(), first, second, broken, close: async () => {} }));

describe("a fleet of ECS services", () => {
  let under: ReturnType<typeof open>;
  let fleet: Fleet;
  beforeEach(() => {
    under = open();
    fleet = under.fleet;
  });
  const startBlue = (artifact: Artifact, count = 2) => under.settled(() => fleet.start("blue", artifact, count));

  it("A09 a release changes the image of the deployed task definition and nothing else of it", async () => {
    await startBlue(first);
    const [deployed, released] = under.definitions;
    expect(released?.containerDefinitions).toEqual([
      { name: "web", image: first.file, dockerLabels: { team: "storefront", "sluice.version": "1.0", "sluice.from": under.definitionArn } },
    ]);
    expect(released).toMatchObject({ cpu: deployed?.cpu, memory: deployed?.memory, networkMode: deployed?.networkMode });
  });

  it("A09 of more copies than ECS lists or describes at once each is seen", async () => {
    expect(await startBlue(first, 101)).toEqual({ is: "done" });
    const { instances } = await fleet.status("blue");
    expect(new Set(instances.map(({ id }) => id)).size).toBe(101);
    expect(instances.every(({ health }) => health === "healthy")).toBe(true);
  });

  it("C14 what a release registers has the deploy's tags and the commit, where the version is one", async () => {
    const owner = { key: "Owner", value: "team-shop" };
    const before = [owner, { key: "aws:cloudformation:stack-name", value: "shop" }, { key: "Commit", value: "4f2a9c1b".repeat(5) }];
    under.tagged.set(under.definitionArn, before);
    const commit = "0a1b2c3d".repeat(5);
    await startBlue(image("1", commit));
    await startBlue(second);
    expect(under.definitions.slice(1).map(under.tagsOf)).toEqual([[owner, { key: "Commit", value: commit }], [owner]]);
  });

  it("C14 a commit alone registers nothing twice, nor does an untagged revision get an empty list of tags", async () => {
    const commit = "0a1b2c3d".repeat(5);
    await startBlue(image("1", commit), 2);
    await under.settled(() => fleet.stop("blue"));
    await startBlue(image("1", commit), 2);
    await startBlue(second);
    expect(under.calls.filter((call) => call.startsWith("register"))).toHaveLength(2);
    expect(under.definitions.map(under.tagsOf)).toEqual([[], [{ key: "Commit", value: commit }], []]);
  });

  it("X05 starting again registers and changes nothing more, also by a controller that knows nothing of the first", async () => {
    await fleet.start("blue", first, 2);
    await startBlue(first);
    expect(under.calls).toEqual([`register ${first.file}`, "update web-blue 2 shop-web:2"]);
  });

  it("A12 copies whose deploy knew no database are told of the one that a failover brings, in the plan's own variables, and are made once", async () => {
    const database = { address: "standby.example.com:5432", secretArn: "arn:aws:secretsmanager:us-west-2:222222222222:secret:app-a1b2c3" };
    const names = { blue: "web-blue", green: "web-green" };
    const moved = serviceFleet({
      ...under,
      environment: "production",
      cluster: "shop",
      services: names,
      groups: names,
      container: "web",
      least: 1,
      database,
    });
    await under.settled(() => moved.start("blue", first, 2));
    await under.settled(() => moved.start("blue", first, 3));
    expect(under.definitions).toHaveLength(2);
    expect(under.definitions.at(-1)?.containerDefinitions?.[0]).toMatchObject({
      environment: [{ name: "DATABASE_ADDRESS", value: database.address }],
      secrets: [
        { name: "DATABASE_USER", valueFrom: `${database.secretArn}:username::` },
        { name: "DATABASE_PASSWORD", valueFrom: `${database.secretArn}:password::` },
      ],
    });
  });

  it("A09 automatic scaling keeps no copy of a slot that rests, and those of one that runs", async () => {
    await startBlue(first, 3);
    expect(under.services.get("web-blue")?.least).toBe(3);
    await under.settled(() => fleet.stop("blue"));
    expect(under.services.get("web-blue")?.least).toBe(0);
  });

  it("A16 a slot that is held keeps the copies it has, and one that is free again may go down to the fewest configured; neither changes how many run", async () => {
    await startBlue(first, 3);
    const blue = under.services.get("web-blue");
    if (blue) blue.desired = 5;
    under.tick();
    const { length } = under.calls;
    expect(await fleet.scaling?.hold("blue")).toEqual({ is: "done" });
    expect(blue).toMatchObject({ least: 5, desired: 5 });
    expect(await fleet.scaling?.free("blue")).toEqual({ is: "done" });
    expect(blue).toMatchObject({ least: 1, desired: 5 });
    expect(under.calls).toHaveLength(length);
  });

  it("A09 a stop is done only when the load balancer has drained every copy", async () => {
    await startBlue(first);
    expect(await fleet.stop("blue")).toMatchObject({ is: "pending" });
    under.tick();
    expect(await fleet.stop("blue")).toMatchObject({ is: "pending", because: expect.stringContaining("finish their requests") });
    under.tick();
    expect(await fleet.stop("blue")).toEqual({ is: "done" });
  });

  it("B21 what ECS's circuit breaker turned back has failed, with what the tasks said; after a stop it may be tried again", async () => {
    await startBlue(first);
    const failed = await startBlue(broken);
    expect(failed).toEqual({
      is: "failed",
      because: "broken does not come up: Service deployment rolled back because of circuit breaker",
      details: ["Essential container in task exited; exit 1"],
    });
    expect(await fleet.status("blue")).toMatchObject({ digest: first.digest, instances: [{ health: "healthy" }, { health: "healthy" }] });
    await under.settled(() => fleet.stop("blue"));
    expect(await fleet.start("blue", broken, 2)).toMatchObject({ is: "pending" });
  });

  it("B21 X05 a version that crashed in an earlier attempt, for a reason that is gone, comes up in the next one, and its old crashes count against nobody", async () => {
    await startBlue(first);
    expect(await startBlue(broken)).toMatchObject({ is: "failed", details: ["Essential container in task exited; exit 1"] });
    await under.settled(() => fleet.stop("blue"));
    under.crashing.clear();
    expect(await startBlue(broken)).toEqual({ is: "done" });
    expect(await fleet.status("blue")).toMatchObject({ digest: broken.digest, instances: [{ restarts: 0 }, { restarts: 0 }], trouble: [] });
  });

  it("A09 a new configuration that was deployed since comes with the next release of the same image", async () => {
    await startBlue(first);
    await under.settled(() => fleet.stop("blue"));
    const redeployed = serviceFleet({
      ...under,
      environment: "production",
      cluster: "shop",
      services: { blue: "web-blue", green: "web-green" },
      groups: { blue: "web-blue", green: "web-green" },
      container: "web",
      least: 1,
      definitionArn: under.definitions[1]?.taskDefinitionArn ?? "",
    });
    await redeployed.start("blue", first, 2);
    expect(under.calls.at(-1)).toBe("update web-blue 2 shop-web:3");
  });

  it("B21 a copy that crashes is told however often nothing had changed before, and its address is not taken for another's", async () => {
    await startBlue(first);
    const calm = await fleet.status("blue");
    expect(await fleet.status("blue")).toEqual(calm);
    const [task] = under.services.get("web-blue")?.tasks ?? [];
    if (!task) throw new Error("a task runs");
    task.state = "crashed";
    const one = await fleet.status("blue");
    expect(one.instances).toHaveLength(1);
    expect(one).toMatchObject({ instances: [{ restarts: 1 }], trouble: ["Essential container in task exited; exit 1"] });
    // Two that ECS made in its place are gone again before anybody looks: the same copy runs as before, and one too few.
    for (const id of ["task-8", "task-9"]) under.services.get("web-blue")?.tasks.push({ ...task, id, state: "crashed" });
    expect(await fleet.status("blue")).toMatchObject({ instances: [{ restarts: 2 }] });
    under.tick();
    expect((await fleet.status("blue")).instances.map(({ health }) => health).sort()).toEqual(["healthy", "starting"]);
    under.tick();
    under.tick();
    expect((await fleet.status("blue")).instances.map(({ health, restarts }) => [health, restarts])).toEqual([
      ["healthy", 2],
      ["healthy", 2],
    ]);
  });

  it("B21 a version that is started again is not blamed for the copies that crashed before it was stopped", async () => {
    await startBlue(first);
    const [task] = under.services.get("web-blue")?.tasks ?? [];
    if (task) task.state = "crashed";
    expect(await fleet.status("blue")).toMatchObject({ instances: [{ restarts: 1 }] });
    await under.settled(() => fleet.stop("blue"));
    await startBlue(first);
    expect(await fleet.status("blue")).toMatchObject({ instances: [{ restarts: 0 }, { restarts: 0 }], trouble: [] });
  });

  it("B21 where ECS gives a version up and has none to put back, the start has failed, with what the tasks said", async () => {
    await fleet.start("blue", broken, 2);
    under.tick();
    under.tick();
    const own = under.services.get("web-blue")?.deployments.at(-1);
    if (own) own.status = "ROLLBACK_FAILED";
    expect(await fleet.start("blue", broken, 2)).toEqual({
      is: "failed",
      because: "broken does not come up: tasks failed to start",
      details: ["Essential container in task exited; exit 1"],
    });
  });

  it("B21 copies of the version before are not taken for those of the one that starts in its slot", async () => {
    await startBlue(first);
    await fleet.start("blue", second, 2);
    expect(await fleet.status("blue")).toMatchObject({ digest: second.digest, instances: [] });
    under.tick();
    expect((await fleet.status("blue")).instances.map(({ health }) => health)).toEqual(["starting", "starting"]);
  });

  it("A09 more copies than one call of ECS tells of are told at the first look, before any of them is known", async () => {
    await fleet.start("blue", first, 101);
    under.tick();
    expect((await fleet.status("blue")).instances).toHaveLength(101);
  });

  it("B21 a service that is gone is told, not made", async () => {
    under.services.clear();
    await expect(fleet.status("blue")).rejects.toMatchObject({ code: "world/changed", message: expect.stringContaining("web-blue") });
  });
});
