// A page that signs its user in and out; the conversation goes on across the sign-in.
import { useState } from "react";
import { BillingAssistant } from "./BillingAssistant";

async function tokenFromYourServer(): Promise<string | null> {
  const answer = await fetch("/api/assistant-token", { method: "POST" });
  return answer.ok ? (await answer.json()).token : null;
}

export function App() {
  const [user, setUser] = useState<string | null>(null);
  return (
    <main>
      <button onClick={() => setUser(user ? null : "u-1")}>{user ? "Sign out" : "Sign in"}</button>
      <button onClick={() => window.BillingAssistant?.send("What is my balance?")}>Ask for the balance</button>
      <BillingAssistant server="https://billing.example.com" user={user} getToken={tokenFromYourServer} />
    </main>
  );
}
