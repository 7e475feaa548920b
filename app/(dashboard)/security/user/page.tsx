import type { Metadata } from "next";
import { Security } from "./security.tsx";

export const metadata: Metadata = { title: "Account and security" };

const SecurityPage = () => <Security />;

export default SecurityPage;
