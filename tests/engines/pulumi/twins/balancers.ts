import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const cognito = { userPoolArn: "pool", userPoolClientId: "client", userPoolDomain: "domain", sessionTimeout: 3600 };
const Cognito = { UserPoolArn: "pool", UserPoolClientId: "client", UserPoolDomain: "domain" };
const oidc = {
  authorizationEndpoint: "https://example.com/authorization_endpoint",
  clientId: "client_id",
  clientSecret: "client_secret",
  issuer: "https://example.com",
  tokenEndpoint: "https://example.com/token_endpoint",
  userInfoEndpoint: "https://example.com/user_info_endpoint",
  sessionTimeout: 3600,
};
const Oidc = {
  AuthorizationEndpoint: "https://example.com/authorization_endpoint",
  ClientId: "client_id",
  ClientSecret: "client_secret",
  Issuer: "https://example.com",
  TokenEndpoint: "https://example.com/token_endpoint",
  UserInfoEndpoint: "https://example.com/user_info_endpoint",
};

/** What a listener and a rule can do with a request; the time of a session is text in the one and a number in the other. */
const actions = [
  { type: "authenticate-cognito", order: 1, authenticateCognito: cognito },
  { type: "authenticate-oidc", order: 2, authenticateOidc: oidc },
  {
    type: "forward",
    order: 3,
    forward: { targetGroups: [{ arn: "main", weight: 100 }], stickiness: { enabled: true, duration: 600 } },
  },
  { type: "redirect", order: 4, redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
  { type: "fixed-response", order: 5, fixedResponse: { contentType: "text/plain", messageBody: "HEALTHY", statusCode: "200" } },
];
const actionsWith = (SessionTimeout: string | number) => [
  { Type: "authenticate-cognito", Order: 1, AuthenticateCognitoConfig: { ...Cognito, SessionTimeout } },
  { Type: "authenticate-oidc", Order: 2, AuthenticateOidcConfig: { ...Oidc, SessionTimeout } },
  {
    Type: "forward",
    Order: 3,
    ForwardConfig: {
      TargetGroups: [{ TargetGroupArn: "main", Weight: 100 }],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
    },
  },
  { Type: "redirect", Order: 4, RedirectConfig: { Port: "443", Protocol: "HTTPS", StatusCode: "HTTP_301" } },
  { Type: "fixed-response", Order: 5, FixedResponseConfig: { ContentType: "text/plain", MessageBody: "HEALTHY", StatusCode: "200" } },
];

/** What load balancers can besides what the first twins of them show. */
export const balancers: readonly Twin[] = [
  {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    make: () =>
      new aws.lb.LoadBalancer("one", {
        internal: true,
        subnetMappings: [{ subnetId: "subnet-1", privateIpv4Address: "10.0.1.15", ipv6Address: "2001:db8::1" }],
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
        clientKeepAlive: 7200,
        enableCrossZoneLoadBalancing: true,
        enableHttp2: false,
        desyncMitigationMode: "strictest",
        preserveHostHeader: true,
        xffHeaderProcessingMode: "remove",
        enableTlsVersionAndCipherSuiteHeaders: true,
        enableWafFailOpen: true,
        enableZonalShift: true,
        connectionLogs: { bucket: "lb-logs", prefix: "connections", enabled: true },
      }),
    is: {
      Scheme: "internal",
      SubnetMappings: [{ SubnetId: "subnet-1", PrivateIPv4Address: "10.0.1.15", IPv6Address: "2001:db8::1" }],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
      LoadBalancerAttributes: [
        { Key: "client_keep_alive.seconds", Value: "7200" },
        { Key: "connection_logs.s3.bucket", Value: "lb-logs" },
        { Key: "connection_logs.s3.enabled", Value: "true" },
        { Key: "connection_logs.s3.prefix", Value: "connections" },
        { Key: "load_balancing.cross_zone.enabled", Value: "true" },
        { Key: "routing.http.desync_mitigation_mode", Value: "strictest" },
        { Key: "routing.http.preserve_host_header.enabled", Value: "true" },
        { Key: "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", Value: "true" },
        { Key: "routing.http.xff_header_processing.mode", Value: "remove" },
        { Key: "routing.http2.enabled", Value: "false" },
        { Key: "waf.fail_open.enabled", Value: "true" },
        { Key: "zonal_shift.config.enabled", Value: "true" },
      ],
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    make: () =>
      new aws.lb.TargetGroup("one", {
        targetType: "alb",
        healthCheck: { enabled: true, port: "traffic-port", path: "/", matcher: "200" },
        connectionTermination: true,
        slowStart: 30,
        loadBalancingAlgorithmType: "weighted_random",
        loadBalancingAnomalyMitigation: "on",
        loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
        preserveClientIp: "true",
        proxyProtocolV2: true,
        lambdaMultiValueHeadersEnabled: true,
        stickiness: { enabled: true, type: "app_cookie", cookieName: "session", cookieDuration: 86400 },
      }),
    is: {
      TargetType: "alb",
      HealthCheckEnabled: true,
      HealthCheckPort: "traffic-port",
      HealthCheckPath: "/",
      Matcher: { HttpCode: "200" },
      TargetGroupAttributes: [
        { Key: "deregistration_delay.connection_termination.enabled", Value: "true" },
        { Key: "lambda.multi_value_headers.enabled", Value: "true" },
        { Key: "load_balancing.algorithm.anomaly_mitigation", Value: "on" },
        { Key: "load_balancing.algorithm.type", Value: "weighted_random" },
        { Key: "load_balancing.cross_zone.enabled", Value: "use_load_balancer_configuration" },
        { Key: "preserve_client_ip.enabled", Value: "true" },
        { Key: "proxy_protocol_v2.enabled", Value: "true" },
        { Key: "slow_start.duration_seconds", Value: "30" },
        { Key: "stickiness.app_cookie.cookie_name", Value: "session" },
        { Key: "stickiness.enabled", Value: "true" },
        { Key: "stickiness.lb_cookie.duration_seconds", Value: "86400" },
        { Key: "stickiness.type", Value: "app_cookie" },
      ],
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::Listener",
    make: () =>
      new aws.lb.Listener("one", {
        loadBalancerArn: "lb",
        alpnPolicy: "HTTP2Preferred",
        tcpIdleTimeoutSeconds: 350,
        routingHttpResponseServerEnabled: true,
        routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000",
        defaultActions: actions,
      }),
    is: {
      LoadBalancerArn: "lb",
      AlpnPolicy: ["HTTP2Preferred"],
      DefaultActions: actionsWith("3600"),
      ListenerAttributes: [
        { Key: "routing.http.response.server.enabled", Value: "true" },
        { Key: "routing.http.response.strict_transport_security.header_value", Value: "max-age=31536000" },
        { Key: "tcp.idle_timeout.seconds", Value: "350" },
      ],
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::ListenerRule",
    make: () =>
      new aws.lb.ListenerRule("one", {
        listenerArn: "l",
        actions,
        conditions: [
          { httpHeader: { httpHeaderName: "X-Forwarded-For", values: ["192.168.1.*"] } },
          { httpRequestMethod: { values: ["GET"] } },
          { queryStrings: [{ key: "health", value: "check" }] },
          { sourceIp: { values: ["10.0.0.0/8"] } },
        ],
        transforms: [
          { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^mywebsite-(.+).com$", replace: "internal.$1" } } },
          { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/old", replace: "/new" } } },
        ],
      }),
    is: {
      ListenerArn: "l",
      Actions: actionsWith(3600),
      Conditions: [
        { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Forwarded-For", Values: ["192.168.1.*"] } },
        { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } },
        { Field: "query-string", QueryStringConfig: { Values: [{ Key: "health", Value: "check" }] } },
        { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } },
      ],
      Transforms: [
        { Type: "host-header-rewrite", HostHeaderRewriteConfig: { Rewrites: [{ Regex: "^mywebsite-(.+).com$", Replace: "internal.$1" }] } },
        { Type: "url-rewrite", UrlRewriteConfig: { Rewrites: [{ Regex: "^/old", Replace: "/new" }] } },
      ],
    },
  },
];
