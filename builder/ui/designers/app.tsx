/** The designer of one app: loads draft, palette and words, then shows the place one is at. */
import { useEffect, useMemo, useState } from "react";
import { designerApi, Refused } from "../api";
import { StoreContext } from "../context";
import { Frame } from "../frame/Frame";
import { IconPaths } from "../icons";
import type { PageData } from "../main";
import { Skeleton } from "../page_states";
import { type DesignerStore, designerStore } from "../store";
import { loadMessages, type Messages, sayer, WordsProvider } from "../words";

interface Loaded {
  designer: DesignerStore;
  messages: Messages;
}

export default function AppDesigner({ data }: { data: PageData }) {
  const app = String(data.app);
  const locale = String(data.locale ?? "en");
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<{ messages: Messages; error: unknown } | null>(null);

  useEffect(() => {
    let isGone = false;
    void load(app, locale).then((found) => {
      if (isGone) return;
      if ("designer" in found) setLoaded(found);
      else setFailure(found);
    });
    return () => {
      isGone = true;
    };
  }, [app, locale]);

  useEffect(narrowMenu, []);

  const icons = useMemo(() => loaded?.designer.store.getState().palette.icons ?? {}, [loaded]);
  if (failure) return <Failure {...failure} locale={locale} />;
  if (!loaded) return <Skeleton />;
  return (
    <WordsProvider messages={loaded.messages} locale={locale}>
      <StoreContext.Provider value={loaded.designer}>
        <IconPaths.Provider value={icons}>
          <Frame app={app} />
        </IconPaths.Provider>
      </StoreContext.Provider>
    </WordsProvider>
  );
}

/** The app's own menu gives way to the designer where both would be cramped; its button stays. */
function narrowMenu(): void {
  if (window.innerWidth < 1700) document.body.dataset.menu = "icons";
}

async function load(app: string, locale: string): Promise<Loaded | { messages: Messages; error: unknown }> {
  const api = designerApi(app);
  const messages = await loadMessages(locale);
  try {
    const [draft, palette] = await Promise.all([api.draft(), api.palette()]);
    const designer = designerStore(api, { draft, palette, locale });
    void designer.check();
    return { designer, messages };
  } catch (error) {
    return { messages, error };
  }
}

function Failure({ messages, error, locale }: { messages: Messages; error: unknown; locale: string }) {
  const say = sayer(messages, locale);
  const reason = error instanceof Refused ? error.message : say("load.no_connection");
  return (
    <div className="empty" role="alert">
      <h2>{say("load.failed")}</h2>
      <p dir="auto">{reason}</p>
      <button type="button" className="btn btn--primary" onClick={() => window.location.reload()}>
        {say("load.again")}
      </button>
    </div>
  );
}
