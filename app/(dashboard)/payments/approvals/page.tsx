import type { Metadata } from "next";
import { Approvals } from "./approvals.tsx";

export const metadata: Metadata = { title: "Approvals" };

const ApprovalsPage = () => <Approvals />;

export default ApprovalsPage;
