(function_declaration name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_) @body) @method
(type_spec name: (_) @name type: (struct_type (field_declaration_list) @body)) @type
(type_spec name: (_) @name type: (interface_type "{" @body)) @type
(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(method_elem name: (_) @name) @method @head
(field_declaration . name: (_) @name) @value
(source_file (const_declaration (const_spec . name: (_) @name) @value))
(source_file (var_declaration (var_spec . name: (_) @name) @value))
(source_file (var_declaration (var_spec_list (var_spec . name: (_) @name) @value)))

; A block is one definition around its members: what `iota` gives depends on all above. It goes
; by the name of the first.
(source_file (const_declaration "(" . (const_spec . name: (_) @name)) @value)
(source_file (var_declaration (var_spec_list "(" . (var_spec . name: (_) @name))) @value)

(import_declaration) @import
(comment) @comment
