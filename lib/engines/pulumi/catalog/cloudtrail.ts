import { entry } from "../entry.ts";

export const trail = entry("AWS::CloudTrail::Trail", "aws:cloudtrail/trail:Trail", {
  ref: "name",
  fields: {
    IsLogging: "enableLogging",
    CloudWatchLogsLogGroupArn: "cloudWatchLogsGroupArn",
  },
});
