import type { Metadata } from "next";
import { Connect } from "./connect.tsx";

export const metadata: Metadata = { title: "Connect" };

const ConnectPage = () => <Connect />;

export default ConnectPage;
