import { SubPages } from "../sub-pages.tsx";

const kinds = [
  { href: "/keys", label: "API keys" },
  { href: "/keys/service-tokens", label: "Service tokens" },
  { href: "/keys/vendors", label: "Vendor keys" },
] as const;

/** The pages of keys: those with which programs call us, and those with which we call vendors. */
export const KindsOfKeys = () => <SubPages label="Kinds of keys" pages={kinds} />;
