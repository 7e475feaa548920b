import type { Metadata } from "next";
import { PlatformCredentials } from "./platform-credentials.tsx";

export const metadata: Metadata = { title: "Platform credentials" };

const PlatformCredentialsPage = () => <PlatformCredentials />;

export default PlatformCredentialsPage;
