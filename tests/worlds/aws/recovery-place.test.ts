import { expect, it } from "vitest";
import { buildPlan } from "../../../lib/plan/build.ts";
import { recoveryPlacesOf } from "../../../lib/worlds/aws/recovery-place.ts";
import { config, mapWith } from "./environment.ts";

const arn = (region: string) => `arn:aws:secretsmanager:${region}:222222222222:secret:catalog/production/euw1/database/app-a1b2c3`;

it("A12 a failover finds both regions in the map: the copies, the databases, and for those that rest the replica and the copy of the secret", () => {
  const map = mapWith({
    DatabaseSecretArn: arn("eu-west-1"),
    ProxyEndpoint: "front.proxy-abc.eu-west-1.rds.amazonaws.com",
    Reader1Endpoint: "reader.abc.eu-west-1.rds.amazonaws.com",
  });
  const { primary, recovery, url, rotated } = recoveryPlacesOf(map, config);
  expect([primary.region, recovery.region, primary.place.region]).toEqual(["eu-west-1", "us-west-2", "eu-west-1"]);
  expect(primary.place.runs.cluster).not.toBe(recovery.place.runs.cluster);
  expect(primary.databaseArn).not.toBe(recovery.databaseArn);
  const standby = map.stacks.find(({ part }) => part === "standby")?.outputs;
  expect(recovery.place.runs.database).toEqual({ address: standby?.DatabaseAddress, secretArn: arn("us-west-2") });
  expect([primary.place.runs.database, primary.proxy, recovery.proxy]).toEqual([undefined, "front", undefined]);
  expect([primary.readers, recovery.readers]).toEqual([["reader"], []]);
  expect(url).toBe("https://catalog.example.com/health");
  expect(rotated).toHaveLength(2);
});

it.each([
  ["rotated", "app"],
  ["never changed", "master"],
] as const)("A12 the service may read its secret in the region where it rests: of a password that is %s that of %s", (how, account) => {
  const { database } = config;
  if (!database) throw new Error("system A has a database");
  const rotation = how === "rotated" && database.rotation;
  const { stacks } = buildPlan({ ...config, database: { ...database, rotation } }, "production");
  const there = JSON.stringify(stacks.filter(({ region }) => region === "us-west-2"));
  expect(new Set(there.match(/secret:[^"]*/g))).toEqual(new Set([`secret:catalog/production/euw1/database/${account}-??????`]));
});

it("A12 where no password is rotated there is no rotation to stop", () => {
  const { database } = config;
  if (!database) throw new Error("system A has a database");
  const rotated = (rotation: typeof database.rotation) =>
    recoveryPlacesOf(mapWith({}), { ...config, database: { ...database, rotation } }).rotated;
  expect([rotated(database.rotation).length, rotated(false)]).toEqual([2, []]);
});
