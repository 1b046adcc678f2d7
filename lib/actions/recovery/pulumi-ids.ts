/** A database that was made anew, and the one that has its place in Pulumi's state. */
interface Exchanged {
  readonly environment: string;
  readonly region: string;
  readonly id: string;
  /** The identifier that the one before it has now. */
  readonly kept: string;
}

/**
 * The line for a shell that gives Pulumi's state the new database under an identifier. The state knows one by the id that RDS gives (Terraform Registry,
 * aws_db_instance: `id` is the resource id), so a refresh would read the one that is kept. Nothing on which others stand can be taken out of it, to be
 * imported again (Pulumi documentation, "pulumi state delete"), and alarms stand on a database; so its id is exchanged wherever it stands.
 */
export function exchangesId({ environment, region, id, kept }: Exchanged): string {
  const resourceId = (name: string): string =>
    `$(aws rds describe-db-instances --region ${region} --db-instance-identifier ${name} --query 'DBInstances[0].DbiResourceId' --output text)`;
  const stack = `--stack ${environment}`;
  return `pulumi stack export ${stack} | sed "s/${resourceId(kept)}/${resourceId(id)}/g" | pulumi stack import ${stack}`;
}
