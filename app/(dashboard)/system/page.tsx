import type { Metadata } from "next";
import { System } from "./system.tsx";

export const metadata: Metadata = { title: "System" };

const SystemPage = () => <System />;

export default SystemPage;
