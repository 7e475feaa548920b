import type { Metadata } from "next";
import { WaysInPanel } from "./ways-in.tsx";

export const metadata: Metadata = { title: "Ways into your account" };

const WaysInPage = () => <WaysInPanel />;

export default WaysInPage;
