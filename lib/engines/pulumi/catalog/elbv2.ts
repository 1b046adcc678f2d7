import { isTree, treesOf } from "../codecs.ts";
import { type Codec, entry } from "../entry.ts";

export const loadBalancer = entry("AWS::ElasticLoadBalancingV2::LoadBalancer", "aws:lb/loadBalancer:LoadBalancer", {
  ref: "arn",
  attributes: { CanonicalHostedZoneID: "zoneId", LoadBalancerFullName: "arnSuffix", LoadBalancerArn: "arn", DNSName: "dnsName" },
  fields: {
    Scheme: { to: "internal", values: { internal: true, "internet-facing": false } },
    Type: "loadBalancerType",
    LoadBalancerAttributes: {
      keyed: {
        "deletion_protection.enabled": "enableDeletionProtection",
        "idle_timeout.timeout_seconds": "idleTimeout",
        "client_keep_alive.seconds": "clientKeepAlive",
        "load_balancing.cross_zone.enabled": "enableCrossZoneLoadBalancing",
        "routing.http2.enabled": "enableHttp2",
        "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
        "routing.http.desync_mitigation_mode": "desyncMitigationMode",
        "routing.http.preserve_host_header.enabled": "preserveHostHeader",
        "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
        "waf.fail_open.enabled": "enableWafFailOpen",
        "zonal_shift.config.enabled": "enableZonalShift",
        "access_logs.s3.enabled": "accessLogs.enabled",
        "access_logs.s3.bucket": "accessLogs.bucket",
        "access_logs.s3.prefix": "accessLogs.prefix",
        "connection_logs.s3.enabled": "connectionLogs.enabled",
        "connection_logs.s3.bucket": "connectionLogs.bucket",
        "connection_logs.s3.prefix": "connectionLogs.prefix",
      },
    },
  },
});

export const targetGroup = entry("AWS::ElasticLoadBalancingV2::TargetGroup", "aws:lb/targetGroup:TargetGroup", {
  ref: "arn",
  attributes: { TargetGroupFullName: "arnSuffix", TargetGroupName: "name", TargetGroupArn: "arn" },
  fields: {
    HealthCheckEnabled: "healthCheck.enabled",
    HealthCheckIntervalSeconds: "healthCheck.interval",
    HealthCheckPath: "healthCheck.path",
    HealthCheckPort: "healthCheck.port",
    HealthCheckProtocol: "healthCheck.protocol",
    HealthCheckTimeoutSeconds: "healthCheck.timeout",
    HealthyThresholdCount: {
      to: "healthCheck.healthyThreshold",
      implied: {
        value: 5,
        source: "ELBv2, CreateTargetGroup: HealthyThresholdCount defaults to 5; Pulumi Registry, aws.lb.TargetGroup: healthyThreshold to 3",
      },
    },
    UnhealthyThresholdCount: {
      to: "healthCheck.unhealthyThreshold",
      implied: {
        value: 2,
        source:
          "ELBv2, CreateTargetGroup: UnhealthyThresholdCount defaults to 2; Pulumi Registry, aws.lb.TargetGroup: unhealthyThreshold to 3",
      },
    },
    Matcher: { to: "healthCheck", in: { HttpCode: "matcher" }, none: { GrpcCode: "Pulumi has one matcher; use HttpCode" } },

    TargetGroupAttributes: {
      keyed: {
        "deregistration_delay.timeout_seconds": "deregistrationDelay",
        "deregistration_delay.connection_termination.enabled": "connectionTermination",
        "slow_start.duration_seconds": "slowStart",
        "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
        "load_balancing.algorithm.anomaly_mitigation": "loadBalancingAnomalyMitigation",
        "load_balancing.cross_zone.enabled": "loadBalancingCrossZoneEnabled",
        "preserve_client_ip.enabled": "preserveClientIp",
        "proxy_protocol_v2.enabled": "proxyProtocolV2",
        "lambda.multi_value_headers.enabled": "lambdaMultiValueHeadersEnabled",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
        "stickiness.lb_cookie.duration_seconds": "stickiness.cookieDuration",
        "stickiness.app_cookie.cookie_name": "stickiness.cookieName",
      },
    },
  },
  none: { Targets: "register targets with the service or the scaling group" },
});

/** The list stands alone in Pulumi. */
const queries: Codec = {
  forward: (value) => treesOf(isTree(value) ? value.Values : value).map(({ Key, Value }) => ({ key: Key, value: Value })),
  back: (value) => ({ Values: treesOf(value).map(({ key, value: one }) => ({ Key: key, Value: one })) }),
};

/** Where a request goes, for listeners and rules alike. */
const action = {
  ForwardConfig: {
    to: "forward",
    in: {
      TargetGroups: { to: "targetGroups", in: { TargetGroupArn: "arn" } },
      TargetGroupStickinessConfig: { to: "stickiness", in: { DurationSeconds: "duration" } },
    },
  },
  RedirectConfig: { to: "redirect" },
  FixedResponseConfig: { to: "fixedResponse" },
  AuthenticateCognitoConfig: { to: "authenticateCognito" },
  AuthenticateOidcConfig: { to: "authenticateOidc" },
} as const;

export const listener = entry("AWS::ElasticLoadBalancingV2::Listener", "aws:lb/listener:Listener", {
  ref: "arn",
  attributes: { ListenerArn: "arn" },
  fields: {
    Certificates: { to: "." },
    DefaultActions: { to: "defaultActions", in: action },
    ListenerAttributes: {
      keyed: {
        "tcp.idle_timeout.seconds": "tcpIdleTimeoutSeconds",
        "routing.http.response.server.enabled": "routingHttpResponseServerEnabled",
        "routing.http.response.strict_transport_security.header_value": "routingHttpResponseStrictTransportSecurityHeaderValue",
      },
    },
  },
});

export const listenerRule = entry("AWS::ElasticLoadBalancingV2::ListenerRule", "aws:lb/listenerRule:ListenerRule", {
  ref: "arn",
  attributes: { RuleArn: "arn" },
  fields: {
    Actions: { to: "actions", in: action },
    Conditions: {
      to: "conditions",
      in: {
        HostHeaderConfig: { to: "hostHeader" },
        HttpHeaderConfig: { to: "httpHeader" },
        HttpRequestMethodConfig: { to: "httpRequestMethod" },
        PathPatternConfig: { to: "pathPattern" },
        QueryStringConfig: { to: "queryStrings", as: queries },
        SourceIpConfig: { to: "sourceIp" },
      },
      none: { Field: "the configuration below it says the field", Values: "write them in the configuration of the field" },
    },
  },
  code: {
    handles: [],
    arguments: [],
    inside: { "AWS::ElasticLoadBalancingV2::ListenerRule.RuleCondition": ["Field"] },
    forward(properties) {
      properties.Conditions = treesOf(properties.Conditions).map(({ Field, ...condition }) => {
        if (fieldOf(condition) !== Field) throw new Error(`a condition on ${String(Field)} wants the configuration of that field`);
        return condition;
      });
    },
    back(_args, properties) {
      properties.Conditions = treesOf(properties.Conditions).map((condition) => ({ Field: fieldOf(condition), ...condition }));
    },
  },
});

const conditions = {
  HostHeaderConfig: "host-header",
  HttpHeaderConfig: "http-header",
  HttpRequestMethodConfig: "http-request-method",
  PathPatternConfig: "path-pattern",
  QueryStringConfig: "query-string",
  SourceIpConfig: "source-ip",
};

const fieldOf = (condition: object): string | undefined => Object.entries(conditions).find(([name]) => name in condition)?.[1];
