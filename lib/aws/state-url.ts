/** The URL of Pulumi's state in a bucket; its region as a parameter, since Pulumi would look in whatever region it finds (A07). */
const bucketUrl = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^?#\s]*)?(\?[^#\s]*)?$/;

/** Whether Pulumi's state is in S3, perhaps below a prefix; whether the URL names the region, `withRegion` tells. */
export const isBucketUrl = (url: string): boolean => bucketUrl.test(url);

/** The URL with its region, where it says none; `region` is a guess that a person has to look at. */
export function withRegion(url: string, region: string): string | undefined {
  if (/[?&]region=[a-z0-9-]+(&|$)/.test(url)) return undefined;
  return `${url}${url.includes("?") ? "&" : "?"}region=${region}`;
}

/** The bucket and the region of a URL that `isBucketUrl` and `withRegion` find nothing wrong with. */
export function bucketOf(url: string): { readonly bucket: string; readonly region: string } | undefined {
  const { host, searchParams } = new URL(url);
  const region = searchParams.get("region");
  return isBucketUrl(url) && region !== null ? { bucket: host, region } : undefined;
}
