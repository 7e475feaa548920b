import type { Metadata } from "next";
import { Calls } from "./calls.tsx";

export const metadata: Metadata = { title: "Calls" };

const CallsPage = () => <Calls />;

export default CallsPage;
