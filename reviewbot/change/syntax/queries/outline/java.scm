(class_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(annotation_type_declaration name: (_) @name body: (_) @body) @type
(method_declaration name: (_) @name body: (_) @body) @method
(method_declaration name: (_) @name !body) @method @head
(constructor_declaration name: (_) @name body: (_) @body) @method
(compact_constructor_declaration name: (_) @name body: (_) @body) @method
(annotation_type_element_declaration name: (_) @name) @method @head
(field_declaration . (_)* . declarator: (variable_declarator name: (_) @name)) @value
(constant_declaration . (_)* . declarator: (variable_declarator name: (_) @name)) @value

(import_declaration) @import
[(line_comment) (block_comment)] @comment
