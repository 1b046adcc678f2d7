import { CloudFrontKeyValueStoreClient, GetKeyCommand } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DescribeDBInstancesCommand, PromoteReadReplicaCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { systemClock } from "../../../lib/base/time.ts";
import { chosenEntry } from "../../../lib/worlds/aws/entry.ts";
import { readReplica } from "../../../lib/worlds/aws/replica.ts";
import { credentials } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { here, there } from "./moto-regions.ts";

const who = "arn:aws:sts::111111111111:assumed-role/on-call/ana";

/** As RDS and CloudFront word what IAM refuses. */
const refusing = (name: string, action: string) => (): never => {
  throw Object.assign(new Error(`User: ${who} is not authorized to perform: ${action} on resource: arn:aws:x:::y`), {
    name,
    $metadata: {},
  });
};

const rds = faked(
  new RDSClient({ region: there, credentials }),
  on(DescribeDBInstancesCommand, ({ DBInstanceIdentifier }) => ({
    DBInstances: [
      { DBInstanceIdentifier, DBInstanceStatus: "available", ReadReplicaSourceDBInstanceIdentifier: "arn:aws:rds:x:1:db:shop" },
    ],
  })),
  on(PromoteReadReplicaCommand, refusing("AccessDenied", "rds:PromoteReadReplica")),
);
const client = faked(
  new CloudFrontKeyValueStoreClient({ region: there, credentials }),
  on(GetKeyCommand, refusing("AccessDeniedException", "cloudfront-keyvaluestore:GetKey")),
);
const replica = readReplica({
  rds,
  cloudwatch: new CloudWatchClient({ region: there }),
  clock: systemClock,
  id: "standby",
  readers: [],
  backups: 7,
});
const entry = chosenEntry({
  client,
  storeArn: "arn:aws:cloudfront::1:key-value-store/1",
  primary: here,
  recovery: there,
  url: "https://x",
});

it.each([
  ["promotes", "rds:PromoteReadReplica", () => replica.promote()],
  ["leads callers", "cloudfront-keyvaluestore:GetKey", () => entry.lead(there)],
])("A12 B14 a recovery that %s and may not names the action and who asked", async (_what, action, verb) => {
  await expect(verb()).rejects.toMatchObject({ code: "engine/forbidden", fix: expect.stringContaining(`let ${who} do ${action},`) });
});
