import type { Metadata } from "next";
import { Messages } from "./messages.tsx";

export const metadata: Metadata = { title: "E-mail" };

const EmailPage = () => <Messages />;

export default EmailPage;
