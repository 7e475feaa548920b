/** An address to which payers may be sent: the vendor's own over https, and in the sandbox the sandbox's; null for any other. */
export const pageAddress = (address: string | undefined, domain: string, baseUrl: string): string | null => {
  const url = URL.parse(address ?? "");
  if (url === null) return null;
  const isVendors = url.protocol === "https:" && (url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  return isVendors || url.origin === new URL(baseUrl).origin ? url.href : null;
};
