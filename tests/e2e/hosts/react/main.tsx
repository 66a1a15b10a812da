import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import type { KeeprateResponse } from "keeprate-survey";
import { Survey } from "./Survey";

function App() {
  const [product, setProduct] = useState("Acme");
  const [mounted, setMounted] = useState(true);
  const [path, setPath] = useState(location.pathname);
  const [answers, setAnswers] = useState<KeeprateResponse[]>([]);
  useEffect(() => {
    const changed = () => setPath(location.pathname);
    addEventListener("popstate", changed);
    return () => removeEventListener("popstate", changed);
  }, []);
  const leave = () => {
    history.pushState(null, "", "elsewhere");
    setPath(location.pathname);
  };
  return (
    <>
      <button onClick={() => setProduct(product + "!")}>Rename</button>
      <button onClick={() => setMounted(!mounted)}>Toggle</button>
      <button onClick={leave}>Leave</button>
      {mounted && !path.endsWith("/elsewhere") && (
        <Survey product={product} onAnswer={(answer) => setAnswers((answers) => [...answers, answer])} />
      )}
      <output>{JSON.stringify(answers)}</output>
    </>
  );
}

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
