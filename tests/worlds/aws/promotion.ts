import { InvalidDBInstanceStateFault, type RDSClient } from "@aws-sdk/client-rds";

/**
 * What Amazon RDS does and moto does not: moto takes a promotion, and the instance goes on to name its source. Here it is `modifying` for two looks, as
 * one that restarts, then follows nobody; a second promotion meanwhile is refused by its state (Amazon RDS User Guide, "Promoting a read replica to
 * be a standalone DB instance").
 */
export function promotions() {
  /** How many more looks each takes, by region and identifier. */
  const left = new Map<string, number>();
  const accepted: string[] = [];
  return {
    accepted,
    lend: (client: RDSClient): RDSClient => {
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const region = await client.config.region();
            const id = "DBInstanceIdentifier" in args.input ? String(args.input.DBInstanceIdentifier) : "";
            const key = `${region} ${id}`;
            const looks = left.get(key);
            if (commandName === "PromoteReadReplicaCommand") {
              if (looks) throw new InvalidDBInstanceStateFault({ message: `${id} is not in an available state`, $metadata: {} });
              left.set(key, 2);
              accepted.push(key);
            }
            const result = await next(args);
            if (commandName !== "DescribeDBInstancesCommand" || looks === undefined || !("DBInstances" in result.output)) return result;
            left.set(key, Math.max(0, looks - 1));
            for (const instance of result.output.DBInstances ?? []) {
              if (looks > 0) instance.DBInstanceStatus = "modifying";
              else delete instance.ReadReplicaSourceDBInstanceIdentifier;
            }
            return result;
          },
        { step: "initialize", name: "promotion" },
      );
      return client;
    },
  };
}
