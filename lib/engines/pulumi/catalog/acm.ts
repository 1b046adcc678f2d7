import { treesOf } from "../codecs.ts";
import { entry, own } from "../entry.ts";

/**
 * CloudFormation writes the record that proves the domain and waits until the certificate is issued. In Pulumi that is a record and a validation
 * of their own, for which whatever uses the certificate waits.
 */
export const certificate = entry("AWS::CertificateManager::Certificate", "aws:acm/certificate:Certificate", {
  ref: "arn",
  fields: {
    CertificateTransparencyLoggingPreference: {
      to: "options",
      as: { forward: (value) => ({ certificateTransparencyLoggingPreference: value }), back: preference },
    },
  },
  alike: {
    validation: {
      told: "a record that proves the domain, which may be there already, and a validation that waits for the certificate",
      source:
        "CloudFormation, DomainValidationOption: with HostedZoneId the record is made and the certificate awaited; Pulumi Registry, aws.acm.Certificate: neither is",
    },
  },
  none: { CertificateExport: "no plan exports a key" },
  parts: [
    {
      token: "aws:route53/record:Record",
      suffix: "Proof",
      owner: "name",
      each: "DomainValidationOptions",
      element: { HostedZoneId: "zoneId" },
      none: { DomainName: "the certificate says it" },
      with: {
        name: own("domainValidationOptions.0.resourceRecordName"),
        type: own("domainValidationOptions.0.resourceRecordType"),
        records: [own("domainValidationOptions.0.resourceRecordValue")],
        ttl: 60,
        // Certificates of one domain in several regions are proven by one record.
        allowOverwrite: true,
      },
    },
    {
      token: "aws:acm/certificateValidation:CertificateValidation",
      suffix: "Issued",
      owner: "certificateArn",
      when: "DomainValidationOptions",
      with: { certificateArn: own("arn"), validationRecordFqdns: [own("fqdn", "Proof0")] },
    },
  ],
  code: {
    handles: [],
    arguments: [],
    inside: { "AWS::CertificateManager::Certificate.DomainValidationOption": ["DomainName"] },
    forward(properties) {
      const { DomainName, DomainValidationOptions: options } = properties;
      if (options === undefined) return;
      properties.DomainValidationOptions = treesOf(options).map(({ DomainName: proven, ...option }) => {
        if (proven !== DomainName) throw new Error("a certificate of one domain is proven by that domain");
        return option;
      });
    },
    back: () => undefined,
    finish(properties) {
      const { DomainName, DomainValidationOptions: options } = properties;
      if (options !== undefined) properties.DomainValidationOptions = treesOf(options).map((option) => ({ DomainName, ...option }));
    },
  },
});

function preference(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, "certificateTransparencyLoggingPreference") : value;
}
