/** A service client's `Authorization` header. */
export const basicCredential = (serviceId: string, clientSecret: string): string =>
  `Basic ${Buffer.from(`${serviceId}:${clientSecret}`, "utf8").toString("base64")}`;
