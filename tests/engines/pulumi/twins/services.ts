import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

export const services: readonly Twin[] = [
  {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    make: () =>
      new aws.lb.LoadBalancer("one", {
        name: "test-lb-tf",
        internal: false,
        loadBalancerType: "application",
        securityGroups: ["sg-1"],
        subnets: ["subnet-1", "subnet-2"],
        enableDeletionProtection: true,
        dropInvalidHeaderFields: true,
        idleTimeout: 60,
        accessLogs: { bucket: "lb-logs", prefix: "test-lb", enabled: true },
      }),
    is: {
      Name: "test-lb-tf",
      Scheme: "internet-facing",
      Type: "application",
      SecurityGroups: ["sg-1"],
      Subnets: ["subnet-1", "subnet-2"],
      LoadBalancerAttributes: [
        { Key: "access_logs.s3.bucket", Value: "lb-logs" },
        { Key: "access_logs.s3.enabled", Value: "true" },
        { Key: "access_logs.s3.prefix", Value: "test-lb" },
        { Key: "deletion_protection.enabled", Value: "true" },
        { Key: "idle_timeout.timeout_seconds", Value: "60" },
        { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" },
      ],
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    make: () =>
      new aws.lb.TargetGroup("one", {
        name: "tf-example-lb-tg",
        port: 80,
        protocol: "HTTP",
        targetType: "ip",
        vpcId: "vpc-1",
        deregistrationDelay: 30,
        healthCheck: {
          path: "/health",
          interval: 15,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 4,
          matcher: "200-399",
          protocol: "HTTP",
        },
      }),
    is: {
      Name: "tf-example-lb-tg",
      Port: 80,
      Protocol: "HTTP",
      TargetType: "ip",
      VpcId: "vpc-1",
      TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }],
      HealthCheckPath: "/health",
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 4,
      HealthCheckProtocol: "HTTP",
      Matcher: { HttpCode: "200-399" },
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::Listener",
    make: () =>
      new aws.lb.Listener("one", {
        loadBalancerArn: "lb",
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn: "cert",
        defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", messageBody: "no", statusCode: "404" } }],
      }),
    is: {
      LoadBalancerArn: "lb",
      Port: 443,
      Protocol: "HTTPS",
      SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      Certificates: [{ CertificateArn: "cert" }],
      DefaultActions: [
        { Type: "fixed-response", FixedResponseConfig: { ContentType: "text/plain", MessageBody: "no", StatusCode: "404" } },
      ],
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::ListenerRule",
    make: () =>
      new aws.lb.ListenerRule("one", {
        listenerArn: "l",
        priority: 99,
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: "main", weight: 80 },
                { arn: "canary", weight: 20 },
              ],
            },
          },
        ],
        conditions: [{ hostHeader: { values: ["my-service.*.mycompany.io"] } }, { pathPattern: { values: ["/static/*"] } }],
      }),
    is: {
      ListenerArn: "l",
      Priority: 99,
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: "main", Weight: 80 },
              { TargetGroupArn: "canary", Weight: 20 },
            ],
          },
        },
      ],
      Conditions: [
        { Field: "host-header", HostHeaderConfig: { Values: ["my-service.*.mycompany.io"] } },
        { Field: "path-pattern", PathPatternConfig: { Values: ["/static/*"] } },
      ],
    },
  },
  {
    type: "AWS::ECS::Cluster",
    make: () => new aws.ecs.Cluster("one", { name: "white-hart", settings: [{ name: "containerInsights", value: "enabled" }] }),
    is: { ClusterName: "white-hart", ClusterSettings: [{ Name: "containerInsights", Value: "enabled" }] },
  },
  {
    type: "AWS::ECS::ClusterCapacityProviderAssociations",
    make: () =>
      new aws.ecs.ClusterCapacityProviders("one", {
        clusterName: "c",
        capacityProviders: ["FARGATE"],
        defaultCapacityProviderStrategies: [{ base: 1, weight: 100, capacityProvider: "FARGATE" }],
      }),
    is: {
      Cluster: "c",
      CapacityProviders: ["FARGATE"],
      DefaultCapacityProviderStrategy: [{ Base: 1, Weight: 100, CapacityProvider: "FARGATE" }],
    },
  },
  {
    type: "AWS::ECS::TaskDefinition",
    make: () =>
      new aws.ecs.TaskDefinition("one", {
        family: "service",
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: "1024",
        memory: "2048",
        executionRoleArn: "e",
        containerDefinitions: JSON.stringify([
          {
            name: "first",
            image: "service-first",
            essential: true,
            portMappings: [{ containerPort: 80 }],
            environment: [{ name: "A", value: "b" }],
          },
        ]),
        runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
      }),
    is: {
      Family: "service",
      RequiresCompatibilities: ["FARGATE"],
      NetworkMode: "awsvpc",
      Cpu: "1024",
      Memory: "2048",
      ExecutionRoleArn: "e",
      ContainerDefinitions: [
        {
          Name: "first",
          Image: "service-first",
          Essential: true,
          PortMappings: [{ ContainerPort: 80 }],
          Environment: [{ Name: "A", Value: "b" }],
        },
      ],
      RuntimePlatform: { OperatingSystemFamily: "LINUX", CpuArchitecture: "ARM64" },
    },
  },
  {
    type: "AWS::ECS::Service",
    make: () =>
      new aws.ecs.Service("one", {
        name: "mongodb",
        cluster: "c",
        taskDefinition: "t",
        desiredCount: 3,
        launchType: "FARGATE",
        deploymentController: { type: "CODE_DEPLOY" },
        deploymentMaximumPercent: 200,
        deploymentMinimumHealthyPercent: 100,
        healthCheckGracePeriodSeconds: 60,
        networkConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"], assignPublicIp: false },
        loadBalancers: [{ targetGroupArn: "g", containerName: "mongo", containerPort: 8080 }],
      }),
    is: {
      ServiceName: "mongodb",
      Cluster: "c",
      TaskDefinition: "t",
      DesiredCount: 3,
      LaunchType: "FARGATE",
      DeploymentController: { Type: "CODE_DEPLOY" },
      DeploymentConfiguration: { MaximumPercent: 200, MinimumHealthyPercent: 100 },
      HealthCheckGracePeriodSeconds: 60,
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1"], SecurityGroups: ["sg-1"], AssignPublicIp: "DISABLED" } },
      LoadBalancers: [{ TargetGroupArn: "g", ContainerName: "mongo", ContainerPort: 8080 }],
    },
  },
  {
    type: "AWS::AutoScaling::AutoScalingGroup",
    make: () =>
      new aws.autoscaling.Group("one", {
        name: "foobar3",
        maxSize: 5,
        minSize: 2,
        desiredCapacity: 4,
        healthCheckGracePeriod: 300,
        healthCheckType: "ELB",
        launchTemplate: { id: "lt-1", version: "3" },
        vpcZoneIdentifiers: ["subnet-1", "subnet-2"],
        targetGroupArns: ["g"],
        enabledMetrics: ["GroupDesiredCapacity"],
        metricsGranularity: "1Minute",
        tags: [{ key: "foo", value: "bar", propagateAtLaunch: true }],
      }),
    is: {
      AutoScalingGroupName: "foobar3",
      MaxSize: "5",
      MinSize: "2",
      DesiredCapacity: "4",
      HealthCheckGracePeriod: 300,
      HealthCheckType: "ELB",
      LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "3" },
      VPCZoneIdentifier: ["subnet-1", "subnet-2"],
      TargetGroupARNs: ["g"],
      MetricsCollection: [{ Metrics: ["GroupDesiredCapacity"], Granularity: "1Minute" }],
      Tags: [{ Key: "foo", Value: "bar", PropagateAtLaunch: true }],
    },
  },
  {
    type: "AWS::AutoScaling::ScalingPolicy",
    make: () =>
      new aws.autoscaling.Policy("one", {
        name: "target",
        autoscalingGroupName: "g",
        policyType: "TargetTrackingScaling",
        estimatedInstanceWarmup: 120,
        targetTrackingConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
          targetValue: 40,
          disableScaleIn: true,
        },
      }),
    is: {
      AutoScalingGroupName: "g",
      PolicyType: "TargetTrackingScaling",
      EstimatedInstanceWarmup: 120,
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
        TargetValue: 40,
        DisableScaleIn: true,
      },
    },
  },
  {
    type: "AWS::ApplicationAutoScaling::ScalableTarget",
    make: () =>
      new aws.appautoscaling.Target("one", {
        maxCapacity: 4,
        minCapacity: 1,
        resourceId: "service/c/s",
        scalableDimension: "ecs:service:DesiredCount",
        serviceNamespace: "ecs",
      }),
    is: {
      MaxCapacity: 4,
      MinCapacity: 1,
      ResourceId: "service/c/s",
      ScalableDimension: "ecs:service:DesiredCount",
      ServiceNamespace: "ecs",
    },
  },
  {
    type: "AWS::ApplicationAutoScaling::ScalingPolicy",
    make: () =>
      new aws.appautoscaling.Policy("one", {
        name: "cpu",
        policyType: "TargetTrackingScaling",
        resourceId: "service/c/s",
        scalableDimension: "ecs:service:DesiredCount",
        serviceNamespace: "ecs",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
          targetValue: 60,
          scaleInCooldown: 300,
          scaleOutCooldown: 60,
        },
      }),
    is: {
      PolicyName: "cpu",
      PolicyType: "TargetTrackingScaling",
      ResourceId: "service/c/s",
      ScalableDimension: "ecs:service:DesiredCount",
      ServiceNamespace: "ecs",
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        TargetValue: 60,
        ScaleInCooldown: 300,
        ScaleOutCooldown: 60,
      },
    },
  },
  {
    type: "AWS::RDS::DBInstance",
    make: () =>
      new aws.rds.Instance("one", {
        identifier: "mydb",
        engine: "mysql",
        engineVersion: "8.4",
        instanceClass: "db.t4g.micro",
        allocatedStorage: 20,
        dbName: "app",
        username: "sluice",
        multiAz: true,
        storageEncrypted: true,
        kmsKeyId: "k",
        backupRetentionPeriod: 7,
        backupWindow: "03:00-04:00",
        maintenanceWindow: "Mon:05:00-Mon:06:00",
        vpcSecurityGroupIds: ["sg-1"],
        dbSubnetGroupName: "g",
        parameterGroupName: "p",
        deletionProtection: true,
        monitoringInterval: 60,
        monitoringRoleArn: "m",
        enabledCloudwatchLogsExports: ["error"],
        performanceInsightsEnabled: true,
        applyImmediately: true,
        publiclyAccessible: false,
        snapshotIdentifier: "s",
      }),
    is: {
      DBInstanceIdentifier: "mydb",
      Engine: "mysql",
      EngineVersion: "8.4",
      DBInstanceClass: "db.t4g.micro",
      AllocatedStorage: "20",
      DBName: "app",
      MasterUsername: "sluice",
      MultiAZ: true,
      StorageEncrypted: true,
      KmsKeyId: "k",
      BackupRetentionPeriod: 7,
      PreferredBackupWindow: "03:00-04:00",
      PreferredMaintenanceWindow: "Mon:05:00-Mon:06:00",
      VPCSecurityGroups: ["sg-1"],
      DBSubnetGroupName: "g",
      DBParameterGroupName: "p",
      DeletionProtection: true,
      MonitoringInterval: 60,
      MonitoringRoleArn: "m",
      EnableCloudwatchLogsExports: ["error"],
      EnablePerformanceInsights: true,
      PubliclyAccessible: false,
      DBSnapshotIdentifier: "s",
    },
  },
  {
    type: "AWS::RDS::DBSubnetGroup",
    make: () => new aws.rds.SubnetGroup("one", { name: "main", description: "Isolated", subnetIds: ["subnet-1"] }),
    is: { DBSubnetGroupName: "main", DBSubnetGroupDescription: "Isolated", SubnetIds: ["subnet-1"] },
  },
  {
    type: "AWS::RDS::DBParameterGroup",
    make: () =>
      new aws.rds.ParameterGroup("one", {
        name: "rds-pg",
        family: "mysql8.4",
        description: "TLS",
        parameters: [{ name: "require_secure_transport", value: "1", applyMethod: "pending-reboot" }],
      }),
    is: { DBParameterGroupName: "rds-pg", Family: "mysql8.4", Description: "TLS", Parameters: { require_secure_transport: "1" } },
  },
  {
    type: "AWS::RDS::DBProxy",
    make: () =>
      new aws.rds.Proxy("one", {
        name: "example",
        engineFamily: "MYSQL",
        idleClientTimeout: 1800,
        requireTls: true,
        roleArn: "r",
        vpcSecurityGroupIds: ["sg-1"],
        vpcSubnetIds: ["subnet-1"],
        auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn: "s", description: "example" }],
      }),
    is: {
      DBProxyName: "example",
      EngineFamily: "MYSQL",
      IdleClientTimeout: 1800,
      RequireTLS: true,
      RoleArn: "r",
      VpcSecurityGroupIds: ["sg-1"],
      VpcSubnetIds: ["subnet-1"],
      Auth: [{ AuthScheme: "SECRETS", IAMAuth: "DISABLED", SecretArn: "s", Description: "example" }],
    },
  },
  {
    type: "AWS::RDS::DBProxyTargetGroup",
    make: () => {
      const group = new aws.rds.ProxyDefaultTargetGroup("one", {
        dbProxyName: "example",
        connectionPoolConfig: { connectionBorrowTimeout: 120, maxConnectionsPercent: 100 },
      });
      new aws.rds.ProxyTarget("target", { dbInstanceIdentifier: "mydb", dbProxyName: group.dbProxyName, targetGroupName: group.name });
    },
    is: {
      DBProxyName: "example",
      TargetGroupName: "default",
      ConnectionPoolConfigurationInfo: { ConnectionBorrowTimeout: 120, MaxConnectionsPercent: 100 },
      DBInstanceIdentifiers: ["mydb"],
    },
  },
  {
    type: "AWS::Route53::HostedZone",
    make: () => new aws.route53.Zone("one", { name: "example.com", comment: "Ours", tags: { Environment: "dev" } }),
    is: { Name: "example.com", HostedZoneConfig: { Comment: "Ours" }, HostedZoneTags: [{ Key: "Environment", Value: "dev" }] },
  },
  {
    type: "AWS::Route53::RecordSet",
    make: () =>
      new aws.route53.Record("one", {
        zoneId: "Z1",
        name: "www",
        type: "A",
        setIdentifier: "live",
        weightedRoutingPolicies: [{ weight: 90 }],
        aliases: [{ name: "lb.amazonaws.com", zoneId: "Z2", evaluateTargetHealth: true }],
        healthCheckId: "h",
      }),
    is: {
      HostedZoneId: "Z1",
      Name: "www",
      Type: "A",
      SetIdentifier: "live",
      Weight: 90,
      AliasTarget: { DNSName: "lb.amazonaws.com", HostedZoneId: "Z2", EvaluateTargetHealth: true },
      HealthCheckId: "h",
    },
  },
  {
    type: "AWS::Route53::HealthCheck",
    make: () =>
      new aws.route53.HealthCheck("one", {
        fqdn: "example.com",
        port: 443,
        type: "HTTPS",
        resourcePath: "/",
        failureThreshold: 5,
        requestInterval: 30,
        enableSni: true,
        measureLatency: true,
        tags: { Name: "check" },
      }),
    is: {
      HealthCheckConfig: {
        FullyQualifiedDomainName: "example.com",
        Port: 443,
        Type: "HTTPS",
        ResourcePath: "/",
        FailureThreshold: 5,
        RequestInterval: 30,
        EnableSNI: true,
        MeasureLatency: true,
      },
      HealthCheckTags: [{ Key: "Name", Value: "check" }],
    },
  },
  {
    type: "AWS::CertificateManager::Certificate",
    make: () => {
      const certificate = new aws.acm.Certificate("one", { domainName: "example.com", validationMethod: "DNS" });
      const option = certificate.domainValidationOptions.apply(
        ([first]) => first ?? { resourceRecordName: "", resourceRecordType: "", resourceRecordValue: "" },
      );
      const proof = new aws.route53.Record("proof", {
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        records: [option.resourceRecordValue],
        zoneId: "Z1",
        ttl: 60,
        allowOverwrite: true,
      });
      new aws.acm.CertificateValidation("issued", { certificateArn: certificate.arn, validationRecordFqdns: [proof.fqdn] });
    },
    is: {
      DomainName: "example.com",
      ValidationMethod: "DNS",
      DomainValidationOptions: [{ DomainName: "example.com", HostedZoneId: "Z1" }],
    },
  },
];
