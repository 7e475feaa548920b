import type { Metadata } from "next";
import { RateLimitList } from "./rate-limit-list.tsx";

export const metadata: Metadata = { title: "Limits" };

const LimitsPage = () => <RateLimitList />;

export default LimitsPage;
