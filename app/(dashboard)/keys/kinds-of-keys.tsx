import { SubPages } from "../sub-pages.tsx";

/** The pages of keys: those with which programs call us, and those with which we call vendors. */
export const KindsOfKeys = () => <SubPages label="Kinds of keys" of="/keys" />;
