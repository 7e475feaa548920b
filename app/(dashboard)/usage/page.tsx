import type { Metadata } from "next";
import { UsageExplorer } from "./usage-explorer.tsx";

export const metadata: Metadata = { title: "Usage" };

const UsagePage = () => <UsageExplorer />;

export default UsagePage;
