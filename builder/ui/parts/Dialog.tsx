/** Mantine's dialog, in the middle, with a cross that has a name. What stands in it is the caller's. */
import { Modal, type ModalProps } from "@mantine/core";
import { useWords } from "../words";

export function Dialog(props: Omit<ModalProps, "opened"> & { opened?: boolean }) {
  const { say } = useWords();
  return <Modal opened centered closeButtonProps={{ "aria-label": say("close") }} {...props} />;
}
