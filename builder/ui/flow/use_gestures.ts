/** The flow designer's gestures, told to the server; what came of one is selected and drawn. */
import { useMemo, useRef } from "react";
import type { Operation } from "../api";
import { useDesigner } from "../context";
import { type Copied, copyOfNode, keep, kept, pasteInFlow } from "../model/clipboard";
import type { Port } from "../model/graph";
import type { Path } from "../model/tree";
import { addNode, type Spot } from "./gestures";

/** The gestures of one flow; `shown` gets the focus to a node once it is drawn. */
export function useFlowGestures(flow: string, shown: (node: string) => void) {
  const { make, select, store } = useDesigner();
  const show = useRef(shown);
  show.current = shown;
  return useMemo(() => {
    const app = () => store.getState().draft.data;
    const then = (operation: Operation, selection: Path): void => {
      void make(operation).then((isDone) => {
        if (!isDone) return;
        select(selection);
        show.current(String(selection[3]));
      });
    };
    const put = (copied: Copied | null, spot: Spot): void => {
      const pasted = copied && pasteInFlow(app(), flow, copied, spot);
      if (pasted) then(pasted.operation, pasted.selection);
    };
    return {
      /** Add a node of a kind; whether there is such a kind. */
      add: (what: string, spot: Spot, port: Port | null): boolean => {
        const { palette, locale } = store.getState();
        const offered = palette.nodes.find((one) => one.type === what);
        if (!offered) return false;
        const made = addNode(app(), palette.schema, flow, offered, locale, spot, port);
        then(made.operation, ["flows", flow, "nodes", made.node]);
        return true;
      },
      remove: (node: string): void =>
        void make({ op: "remove_node", flow, node }).then(() => select(null)),
      /** Keep a node for pasting; whether it was there. */
      copy: (node: string): boolean => {
        const copied = copyOfNode(app(), flow, node);
        if (copied) keep(copied);
        return copied !== null;
      },
      paste: (spot: Spot): void => put(kept(), spot),
      duplicate: (node: string, spot: Spot): void => put(copyOfNode(app(), flow, node), spot),
    };
  }, [flow, make, select, store]);
}
