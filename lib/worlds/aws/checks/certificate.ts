import {
  ACMClient,
  type CertificateSummary,
  DescribeCertificateCommand,
  type DomainValidation,
  ListCertificatesCommand,
} from "@aws-sdk/client-acm";
import type { Answer } from "../../../ports/account.ts";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, type Means, toDo } from "./check.ts";

/** A certificate that is named is issued. */
export const certificate: Check<"certificate"> = ({ region, arn }, means) =>
  withClient(new ACMClient(inTime(region)), (client) => described(client, means, arn));

/** The one that the deploy makes: issued, or not made yet. Of several, for a deploy can have left one behind, the best counts. */
export const certificateOf: Check<"certificate of"> = ({ region, domain }, means) =>
  withClient(new ACMClient(inTime(region)), async (client) => {
    const found: CertificateSummary[] = [];
    let NextToken: string | undefined;
    do {
      const page = { ...(NextToken !== undefined && { NextToken }) };
      const asked = await call(means, "acm:ListCertificates", (options) => client.send(new ListCertificatesCommand(page), options));
      if (asked.is !== "told") return asked;
      found.push(...(asked.value.CertificateSummaryList ?? []).filter(({ DomainName }) => DomainName === domain));
      NextToken = asked.value.NextToken;
    } while (NextToken !== undefined);
    const { CertificateArn: arn } = found.find(({ Status }) => Status === "ISSUED") ?? found[0] ?? {};
    return arn === undefined ? toDo(`there is no certificate for ${domain} yet`) : await described(client, means, arn);
  });

async function described(client: ACMClient, means: Means, CertificateArn: string): Promise<Answer> {
  const asked = await call(
    means,
    "acm:DescribeCertificate",
    (options) => client.send(new DescribeCertificateCommand({ CertificateArn }), options),
    { ResourceNotFoundException: "there is no such certificate" },
  );
  if (asked.is !== "told") return asked;
  const { Status, FailureReason, DomainValidationOptions = [], NotAfter } = asked.value.Certificate ?? {};
  if (Status === "ISSUED") return done(`ISSUED${NotAfter ? `, until ${NotAfter.toISOString().slice(0, 10)}` : ""}`);
  return toDo([`it is ${Status}`, FailureReason, ...DomainValidationOptions.map(waited)].filter((words) => words !== undefined).join(", "));
}

/** The record that ACM waits for (AWS Certificate Manager User Guide, "AWS Certificate Manager DNS validation"). */
function waited({ ValidationStatus, ResourceRecord: record }: DomainValidation): string | undefined {
  if (ValidationStatus === "SUCCESS" || !record) return undefined;
  return `its record is not found: ${record.Name} ${record.Type} ${record.Value}`;
}
