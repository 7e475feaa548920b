import type { Metadata } from "next";
import { ServiceTokens } from "./service-tokens.tsx";

export const metadata: Metadata = { title: "Service tokens" };

const ServiceTokensPage = () => <ServiceTokens />;

export default ServiceTokensPage;
