"""To whom a requirement applies: the profile of an entity, and a sentence where something does not apply to it."""
