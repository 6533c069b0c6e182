"""Messages inside the product: the stored row is the message, the inbox reads it."""

from __future__ import annotations

from runtime.ports import DeliveryRow


class InApp:
    """Nothing has to leave; the message is in its reader's inbox once it is committed."""

    name = "in_app"

    def deliver(self, message: DeliveryRow) -> None:
        """The message stands where it is read."""
