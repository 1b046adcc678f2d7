import { expect, it } from "vitest";
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
