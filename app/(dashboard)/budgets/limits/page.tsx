import type { Metadata } from "next";
import { Limits } from "./limits.tsx";

export const metadata: Metadata = { title: "Limits" };

const LimitsPage = () => <Limits />;

export default LimitsPage;
