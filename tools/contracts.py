"""A contract for import-linter that its own contracts cannot state: the faces of a room are private to it."""

from importlinter import Contract, ContractCheck, fields, output


class PrivateFaces(Contract):
    """Faces may be imported within their own room and by the composition root, and nowhere else."""

    root = fields.StringField()
    composed_by = fields.StringField()
    faces = fields.SetField(subfield=fields.StringField())

    def check(self, graph, verbose):
        """Look at every import of a face and keep those that come from outside."""
        trespasses = [
            (importer, module)
            for module in sorted(graph.modules)
            if (room := self._room_of_face(module))
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not (_within(importer, room) or _within(importer, self.composed_by))
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check):
        """Say who came in where."""
        for importer, module in check.metadata["trespasses"]:
            output.print_error(f"{importer} imports {module}, which is private to its room", bold=False)

    def _room_of_face(self, module):
        """The room a module is a face of, or nothing."""
        parts = module.split(".")
        is_face = len(parts) > 2 and parts[0] == self.root and parts[2] in self.faces
        return ".".join(parts[:2]) if is_face else ""


def _within(module, package):
    return module == package or module.startswith(package + ".")
