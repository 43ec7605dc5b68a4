(compilation_unit (_) @statement)
(block (_) @statement)
(declaration_list (_) @statement)
(accessor_list (_) @statement)
(enum_member_declaration_list (enum_member_declaration) @statement)
(switch_section (statement) @statement)
(switch_section) @statement
