import { allow, trusts, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Database } from "./database.ts";
import type { DatabaseConfig } from "./database-logs.ts";
import type { Secret } from "./database-secret.ts";
import { role } from "./role.ts";

interface ProxyNeeds {
  readonly database: Database;
  readonly engine: DatabaseConfig["engine"];
  /** One for each account that connects. */
  readonly secrets: readonly Secret[];
  readonly secretsKeyArn: Value<string>;
  readonly subnetIds: readonly Value<string>[];
  readonly groupId: Value<string>;
}

/**
 * Keeps the connections of the service open while the database fails over, and asks it with the secrets that it may read (B10; Amazon RDS
 * User Guide, "Setting up database credentials for RDS Proxy", "Configuring IAM authentication for RDS Proxy").
 */
export function databaseProxy(block: Block, needs: ProxyNeeds): Resource<"AWS::RDS::DBProxy"> {
  const { site } = block;
  const reader = role(
    block,
    "database-proxy",
    "Lets RDS Proxy read the credentials of the database",
    trusts("rds.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [
      allow({ actions: "secretsmanager:GetSecretValue", resources: needs.secrets.map(ref) }),
      allow({
        actions: "kms:Decrypt",
        resources: needs.secretsKeyArn,
        conditions: { StringEquals: viaService(site.region, "secretsmanager") },
      }),
    ],
  );
  const proxy = block.add(
    "Proxy",
    "AWS::RDS::DBProxy",
    {
      DBProxyName: block.name("db-proxy", "database"),
      EngineFamily: needs.engine === "mysql" ? "MYSQL" : "POSTGRESQL",
      RequireTLS: true,
      RoleArn: att(reader.role, "Arn"),
      Auth: needs.secrets.map((secret) => ({ AuthScheme: "SECRETS", SecretArn: ref(secret), IAMAuth: "DISABLED" })),
      VpcSubnetIds: needs.subnetIds,
      VpcSecurityGroupIds: [needs.groupId],
      Tags: site.tags,
    },
    { after: reader.policies, proves: ["B10"] },
  );
  block.add("Proxy targets", "AWS::RDS::DBProxyTargetGroup", {
    DBProxyName: ref(proxy),
    TargetGroupName: "default",
    DBInstanceIdentifiers: [ref(needs.database)],
    ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 90, MaxIdleConnectionsPercent: 50, ConnectionBorrowTimeout: 30 },
  });
  return proxy;
}
