"""Replies of many kinds, each with what a careful human reads in it.

``GROUPS`` holds, for one set of options and one reason, the replies with the letter expected, or
None where nobody could tell.
"""

# fmt: off
Row = tuple[str, str | None]
Group = tuple[dict[str, str], str, list[Row]]

OPTIONS: list[dict[str, str]] = [
    {
        "A": "the ball moves left",
        "B": "the ball stops",
        "C": "the ball bounces off the wall",
        "D": "the man sits down",
    },
    {
        "A": "A man picks up the cup",
        "B": "A woman opens the door",
        "C": "The dog runs away",
        "D": "The child falls down",
    },
    {"A": "Yes", "B": "No"},
    {"A": "left", "B": "right"},
    {"A": "2", "B": "3", "C": "4", "D": "5"},
    {"A": "it stops", "B": "it stops on the pad", "C": "it keeps rolling", "D": "it explodes"},
    {
        "A": "He pours the water into the glass, then drinks it.",
        "B": "He pours the water onto the floor.",
        "C": "He closes the bottle.",
        "D": "He drops the bottle.",
    },
    {"A": "球向左移动", "B": "球向右移动", "C": "球停止", "D": "球消失"},
    {
        "A": "The red circle moves left",
        "B": "The red circle moves right",
        "C": "The red circle stops",
        "D": "The red circle disappears",
    },
    {
        "A": "The player shoots the ball toward the hoop.",
        "B": "The player passes the ball to a teammate.",
        "C": "The player dribbles back.",
        "D": "The referee stops the game.",
    },
    {
        "A": "She stirs the pot.",
        "B": "She turns off the stove.",
        "C": "She adds salt to the pot.",
        "D": "She leaves the kitchen.",
        "E": "She tastes the soup.",
    },
    {"A": "a car", "B": "a bus", "C": "a truck"},
    {
        "A": "clip number 1",
        "B": "clip number 2",
        "C": "clip number 3",
        "D": "clip number 4",
        "E": "clip number 5",
        "F": "clip number 6",
        "G": "clip number 7",
        "H": "clip number 8",
        "I": "clip number 9",
        "J": "clip number 10",
    },
    {
        "A": "The square grows",
        "B": "The square shrinks",
        "C": "The square vanishes",
        "D": "The square appears",
    },
    {"A": "The ball falls off the table.", "B": "The ball does not fall off the table."},
    {
        "A": "The ball rolls into the hole",
        "B": "The ball hits the bumper and bounces back",
        "C": "The ball stops before the hole",
        "D": "The ball leaves the table",
    },
    {"A": "open drawer", "B": "close drawer", "C": "pick up spoon", "D": "put down spoon"},
    {
        "A": "He will sit on the chair",
        "B": "He will leave the room",
        "C": "He will answer the phone",
        "D": "He will choose a book",
    },
    {
        "A": "The cat jumps on the sofa.",
        "B": "The cat jumps off the sofa.",
        "C": "The cat sleeps.",
        "D": "None of the above",
    },
    {"A": "green square", "B": "blue square", "C": "green circle"},
    {"A": "same", "B": "same", "C": "different"},
    {"A": "B", "B": "A"},
    {"A": "frame A shows it", "B": "frame B shows it"},
    {
        "A": "The chef slices the onion",
        "B": "The chef puts the pan on the stove",
        "C": "The chef washes his hands",
        "D": "The chef plates the dish",
    },
    {"A": "Turn left", "B": "Turn right", "C": "Go straight", "D": "Stop"},
    {"A": "0.5 s", "B": "1 s", "C": "1.5 s", "D": "2 s"},
    {"A": "The swimmer swims", "B": "The swimmer climbs out of the pool", "C": "The swimmer dives"},
    {"A": "yes", "B": "no", "C": "not sure"},
    {
        "A": "The two cubes collide and stop",
        "B": "The two cubes pass each other",
        "C": "The left cube turns around",
        "D": "The right cube vanishes",
    },
    {
        "A": "The car brakes before the crossing",
        "B": "The car drives through the crossing",
        "C": "The pedestrian crosses the road",
        "D": "The traffic light turns red",
    },
    {"A": "It grows", "B": "It shrinks", "C": "It stays the same size", "D": "It changes colour"},
    {
        "A": "The boy kicks the ball",
        "B": "The boy catches the ball",
        "C": "The girl catches the ball",
    },
    {
        "A": "The glass tips over",
        "B": "The water boils",
        "C": "The lid is lifted",
        "D": "The flame goes out",
    },
    {"A": "moving left", "B": "moving right", "C": "not moving"},
    {
        "A": "The drone lands",
        "B": "The drone takes off",
        "C": "The drone hovers",
        "D": "The drone crashes",
        "E": "The drone flies away",
    },
    {
        "A": "The train leaves the station",
        "B": "The passengers board the train",
        "C": "The doors close",
        "D": "The conductor blows a whistle",
    },
    {
        "A": "The blue triangle bounces off the wall",
        "B": "The blue triangle passes behind the box",
        "C": "The blue triangle shrinks",
        "D": "The blue triangle collides with the green circle",
    },
    {
        "A": "The worker lifts the box",
        "B": "The worker drops the hammer",
        "C": "The worker climbs the ladder",
        "D": "The worker leaves the site",
    },
    {
        "A": "A kite rises into the sky",
        "B": "A boy ties his shoe",
        "C": "A girl throws a stone",
        "D": "A dog swims across the lake",
    },
    {"A": "grows", "B": "shrinks", "C": "moves up", "D": "moves down"},
    {
        "A": "The surfer falls into the water",
        "B": "The surfer rides the wave",
        "C": "The surfer waves at the camera",
        "D": "The surfer carries the board away",
    },
    {
        "A": "Pouring milk into the bowl",
        "B": "Cracking the eggs",
        "C": "Whisking the mixture",
        "D": "Heating the pan",
    },
    {"A": "once", "B": "twice", "C": "three times", "D": "never"},
    {"A": "the yellow square grows", "B": "the yellow square shrinks"},
    {
        "A": "The bus stops at the station",
        "B": "The cyclist overtakes the bus",
        "C": "The pedestrian waits at the curb",
        "D": "The bus turns around",
    },
    {
        "A": "The sphere falls off the ramp",
        "B": "The sphere stays on the ramp",
        "C": "The sphere rolls up the ramp",
    },
    {
        "A": "The baker puts the dough in the oven",
        "B": "The baker kneads the dough",
        "C": "The baker eats a slice of bread",
        "D": "The baker cleans the counter",
    },
    {
        "A": "The cube moves up",
        "B": "The cube moves down",
        "C": "The cube grows",
        "D": "The cube vanishes",
    },
    {
        "A": "The fish swims to the left",
        "B": "The fish hides under the rock",
        "C": "The fish eats the food",
        "D": "The fish jumps out of the water",
    },
]

GROUPS: list[Group] = [
    (OPTIONS[0], "a statement names the choice", [
        ("Answer: C", "C"), ("Best option: C", "C"), ("Correct option: B", "B"),
        ("The answer is not A, it is C", "C"), ("<answer>Answer: C</answer>", "C"),
        ("A man is walking, so the answer is B", "B"), ("B... wait, no, C", "C"),
        ("A and B can't be right since the wall is there, so the answer is D", "D"),
        ("Answer - B", "B"), ("ANSWER IS B", "B"), ("Final answer: **B**", "B"),
        ("The correct choice is (B) the ball stops", "B"), ("answer: B", "B"), ("答案：B", "B"),
        ("答案是C", "C"), ("选D", "D"), ("The answer isn't B. Answer: D", "D"),
        ("The answer is: the man sits down", "D"), ("I'd go with C.", "C"),
        ("option B is correct", "B"), ("B is correct", "B"), ("I choose D", "D"),
        ("A. the ball moves left\nB. the ball stops\nC. the ball bounces off the wall\nD. "
         "the man sits down\nAnswer: C", "C"),
        ("The answer is A because", "A"), ("the answer is (d).", "D"),
        ("Neither A nor B is correct. C is correct.", "C"),
    ]),
    (OPTIONS[0], "a hedge after an admission of doubt is still a choice", [
        ("It is likely to be C because the lid is closed.", "C"),
        ("I'm not sure, but probably B.", "B"), ("Not sure, but most likely C.", "C"),
        ("The video suggests that A) and B) are wrong; C) fits.", "C"),
    ]),
    (OPTIONS[0], "a letter mark ends the reply", [
        ("Based on the video, C", "C"), ("Because he is tired, C", "C"),
        ("so the ball halts, so B.", "B"), ("The ball is slow.\nD", "D"),
    ]),
    (OPTIONS[0], "a letter mark opens the reply", [
        ("Choice D", "D"), ("c", "C"), ("Ａ", "A"), ("（B）", "B"), ("$B$", "B"),
        ("&lt;answer&gt;B&lt;/answer&gt;", "B"), ("<think>x</think>B", "B"),
        ("so b</think>\n\nC", "C"), ("B: the ball stops", "B"), ("Option B", "B"),
        ("B - because it hits", "B"), ("therefore (C)", "C"),
        ("A. the ball moves left\nB. the ball stops\nC. the ball bounces off the wall\nD. "
         "the man sits down\nB", "B"),
    ]),
    (OPTIONS[0], "a refusal names nothing", [
        ("Do not know", None), ("I cannot determine", None), ("None of the above", None),
    ]),
    (OPTIONS[0], "no letter stands as a mark and no option is quoted", [
        ("A man walks in the park", None), ("A B C D", None),
        ("A. the ball moves left\nB. the ball stops\nC. the ball bounces off the wall\nD. "
         "the man sits down", None),
        ("The answer is A man", None),
    ]),
    (OPTIONS[0], "two choices, or a letter with another option's text", [
        ("A, B", None), ("A or B", None), ("A and C", None),
        ("B. the ball bounces off the wall", None),
    ]),
    (OPTIONS[0], "the letter is outside the options", [
        ("E", None),
    ]),
    (OPTIONS[0], "the box holds the choice", [
        ("$\\boxed{B}$", "B"), ("\\boxed{\\text{B}}", "B"),
    ]),
    (OPTIONS[0], "the answer key holds the choice", [
        ('```json\n{"answer":"B"}\n```', "B"),
    ]),
    (OPTIONS[0], "the reply is an option's text", [
        ('{"answer": "the man sits down"}', "D"), ("The ball stops.", "B"),
    ]),
    (OPTIONS[0], "thinking was never closed", [
        ("<think>x B", None),
    ]),
    (OPTIONS[0], "one option's text is quoted", [
        ("It does not move; the ball stops", "B"),
    ]),
    (OPTIONS[1], "a letter mark opens the reply", [
        ("B", "B"), ("B.", "B"), (" B\n", "B"), ("B) A woman opens the door", "B"),
        ("B. A woman opens the door", "B"), ("(B) A woman opens the door.", "B"),
        ("A. A man picks up the cup", "A"), ("A: A man picks up the cup", "A"), ("A", "A"),
        ("a", "A"), ("a.", "A"), ("a)", "A"), ("d) the child falls down", "D"),
        ("### Final Answer\n\n**C. The dog runs away**", "C"),
        ("<think>The woman is near the door. Option A is wrong.</think>\n<answer>B</answer>", "B"),
        ("<think>The woman is near the door.</think>\n\n<answer>\nB. A woman opens the "
         "door\n</answer>", "B"),
        ("Thus, option B.", "B"), ("=> B", "B"), ("-> B", "B"), ("→ B", "B"),
        ("C - The dog runs away", "C"), ("C, the dog runs away", "C"), ("C The dog runs away", "C"),
        ("C: because the dog is scared.", "C"), ("C because the dog is scared", "C"),
        ("C, because the dog is scared", "C"), ("C.The dog runs away", "C"),
        ("C)The dog runs away", "C"), ("C、The dog runs away", "C"),
        ("Option C: The dog runs away", "C"), ("Option (C)", "C"), ("option c", "C"),
        ("OPTION C", "C"), ("[C]", "C"), ("<C>", "C"), ("{C}", "C"), ('"C"', "C"), ("'C'", "C"),
        ("`C`", "C"), ("**C**", "C"), ("*C*", "C"), ("__C__", "C"),
        ("**C.** The dog runs away", "C"), ("**C)** The dog runs away", "C"), ("- C", "C"),
        ("• C", "C"), ("1. C", "C"), ("> C", "C"), ("C!", "C"), ("C ✅", "C"), ("✅ C", "C"),
    ]),
    (OPTIONS[1], "the reply is an option's text", [
        ("A man picks up the cup", "A"), ("A man picks up the cup.", "A"),
        ("A woman opens the door", "B"),
    ]),
    (OPTIONS[1], "one option's text is quoted", [
        ("a woman opens the door and leaves", "B"),
        ("A woman opens the door because she wants to leave.", "B"),
        ("The woman opens the door.", "B"), ("woman opens the door", "B"),
    ]),
    (OPTIONS[1], "a statement names the choice", [
        ("Based on the video, the most likely next event is that the child falls down.", "D"),
        ("Based on the visual evidence provided in the video, the correct answer is **(C) "
         "The dog runs away**.", "C"),
        ("The answer is C. The dog runs away.", "C"), ("The answer is: C", "C"),
        ("**Answer:** C", "C"), ("**Answer: C**", "C"), ("### Answer\nC", "C"),
        ("Let me analyze the video step by step.\n\nFirst, a man enters the room. Then a "
         "woman stands near the door. She reaches for the handle.\n\nOption A: The man is "
         "far from the cup, so this is unlikely.\nOption B: The woman's hand is on the "
         "handle, so this is likely.\nOption C: There's no dog in motion.\nOption D: "
         "There's no child.\n\nThe answer is B.", "B"),
        ("Let me analyze each option:\n\nA. A man picks up the cup - no cup is "
         "visible.\nB. A woman opens the door - she is near the door.\nC. The dog runs "
         "away - no dog.\nD. The child falls down - no child.\n\nTherefore, the correct "
         "answer is **B. A woman opens the door**.", "B"),
        ("Okay, the dog is scared. Maybe A? No, it's C.\n</think>\n\nThe correct answer "
         "is C.", "C"),
        ("I cannot determine with certainty, but the most likely answer is D.", "D"),
        ("The answer is either B or D, but I think D.", "D"),
        ("answer: C\nreason: the dog is scared", "C"), ("Choice: C", "C"), ("choice = C", "C"),
        ("Answer is C", "C"), ("answer is c", "C"), ("the answer is c", "C"),
        ("The answer would be C", "C"), ("My answer is C.", "C"), ("I think the answer is C", "C"),
        ("I believe it's C.", "C"), ("I think it is D because the child is unbalanced", "D"),
        ("It's B.", "B"), ("It is B", "B"), ("That would be option B.", "B"),
        ("So the answer should be B", "B"), ("The dog runs away, so the answer is option C.", "C"),
    ]),
    (OPTIONS[1], "a letter mark ends the reply", [
        ("Looking at the sequence of frames:\n1. The man walks to the table.\n2. He "
         "reaches for the cup.\n\nTherefore, the next event is most likely that he picks "
         "it up.\n\n**A**", "A"),
        ("Ans: C", "C"), ("Ans. C", "C"), ("Hence (B).", "B"), ("The dog runs away (C)", "C"),
        ("The dog runs away - C", "C"),
    ]),
    (OPTIONS[1], "no letter stands as a mark and no option is quoted", [
        ("Let me analyze each option:\n\nA. A man picks up the cup - no cup is "
         "visible.\nB. A woman opens the door - she is near the door.\nC. The dog runs "
         "away - no dog.\nD. The child falls down - no child.\n", None),
        ("It is not possible to determine the answer from the given frames.", None), ("?", None),
        ("...", None), ("None", None), ("Both A and C", None), ("A & B", None), ("A/B", None),
        ("ABCD", None), ("AB", None), ("A B", None), ("A\nB\nC\nD", None), ("Either A or B", None),
        ("It could be A or C.", None), ('{"answer": null}', None),
    ]),
    (OPTIONS[1], "thinking was never closed", [
        ("<think>\nOkay, so I need to figure out what happens next. The man is", None),
    ]),
    (OPTIONS[1], "a refusal names nothing", [
        ("I'm sorry, but I can't view videos.", None),
        ("I'm sorry, but as an AI language model I cannot watch videos. Please describe "
         "the video so I can help you choose between A, B, C and D.", None),
        ("Unable to determine.", None), ("N/A", None), ("Unknown", None),
        ("All of the above", None),
    ]),
    (OPTIONS[1], "nothing is left to read", [
        ("", None),
    ]),
    (OPTIONS[1], "two choices, or a letter with another option's text", [
        ("A and B", None), ("A,B,C,D", None), ("A. B. C. D.", None), ("A, B, C, or D", None),
        ("The answer is A or C", None), ('{"answer": ["A","B"]}', None),
    ]),
    (OPTIONS[1], "the letter is outside the options", [
        ("F", None), ("The answer is E", None), ("Option E", None), ("G. Something else", None),
        ('{"answer": "E"}', None),
    ]),
    (OPTIONS[1], "the box holds the choice", [
        ("\\boxed{C}", "C"), ("The answer is $\\boxed{C}$.", "C"),
        ("$$\\boxed{\\textbf{(C)}}$$", "C"),
        ("\\[\n\\boxed{\\text{C. The dog runs away}}\n\\]", "C"),
        ("The final answer is: $\\boxed{\\text{The dog runs away}}$", "C"),
        ("I first thought \\boxed{A}, but on reflection \\boxed{D}.", "D"),
    ]),
    (OPTIONS[1], "the answer key holds the choice", [
        ('{"answer": "C", "confidence": 0.8}', "C"), ('{"answer": "C. The dog runs away"}', "C"),
        ("{'answer': 'C'}", "C"),
        ('{"reasoning": "The man could pick up the cup (A), but the dog is already '
         'running.", "answer": "C"}', "C"),
        ('```json\n{\n  "answer": "D",\n  "explanation": "The child is unbalanced, so A, '
         'B and C are wrong."\n}\n```', "D"),
        ('{"choice": "b"}', "B"),
    ]),
    (OPTIONS[2], "the reply is an option's text", [
        ("Yes", "A"), ("No", "B"), ("no.", "B"),
    ]),
    (OPTIONS[2], "one option's text is quoted", [
        ("Yes, the ball falls.", "A"), ("No, it does not move.", "B"),
    ]),
    (OPTIONS[2], "a letter mark opens the reply", [
        ("B. No", "B"), ("A", "A"), ("B", "B"),
    ]),
    (OPTIONS[2], "a statement names the choice", [
        ("The answer is No", "B"), ("The answer is: Yes", "A"),
    ]),
    (OPTIONS[3], "the reply is an option's text", [
        ("left", "A"),
    ]),
    (OPTIONS[3], "one option's text is quoted", [
        ("It moves to the right.", "B"), ("to the left", "A"),
        ("The ball moves left, not right.", "A"),
    ]),
    (OPTIONS[3], "two choices, or a letter with another option's text", [
        ("Left or right", None),
    ]),
    (OPTIONS[4], "the reply is an option's text", [
        ("3", "B"),
    ]),
    (OPTIONS[4], "one option's text is quoted", [
        ("There are 4 objects.", "C"),
    ]),
    (OPTIONS[4], "no letter stands as a mark and no option is quoted", [
        ("three", None),
    ]),
    (OPTIONS[4], "a letter mark opens the reply", [
        ("B. 3", "B"),
    ]),
    (OPTIONS[4], "a statement names the choice", [
        ("The answer is 5", "D"),
    ]),
    (OPTIONS[4], "two choices, or a letter with another option's text", [
        ("A. 3", None),
    ]),
    (OPTIONS[5], "the reply is an option's text", [
        ("It stops on the pad.", "B"), ("it stops", "A"), ("It stops.", "A"),
    ]),
    (OPTIONS[5], "a statement names the choice", [
        ("I think it stops on the pad", "B"), ("The answer is it stops on the pad", "B"),
    ]),
    (OPTIONS[5], "two choices, or a letter with another option's text", [
        ("It keeps rolling and then it stops", None),
    ]),
    (OPTIONS[6], "the reply is an option's text", [
        ("He closes the bottle.", "C"), ("He pours the water into the glass, then drinks it.", "A"),
        ("He pours the water into the glass, then drinks it", "A"),
    ]),
    (OPTIONS[6], "a letter mark opens the reply", [
        ("A. He pours the water into the glass, then drinks it.", "A"),
    ]),
    (OPTIONS[6], "one option's text is quoted", [
        ("Closes the bottle", "C"), ("drops the bottle", "D"),
    ]),
    (OPTIONS[7], "a statement names the choice", [
        ("答案是B", "B"), ("答案：C", "C"), ("选B", "B"), ("我选择A。", "A"),
        ("正确答案是D。", "D"), ("根据视频，球会向右移动，因此选择B。", "B"),
        ("A不正确，B正确。", "B"), ("选项C正确", "C"), ("因此，正确选项是 (C) 球停止。", "C"),
        ("答案不是A，而是B", "B"),
    ]),
    (OPTIONS[7], "the reply is an option's text", [
        ("球停止", "C"),
    ]),
    (OPTIONS[7], "a letter mark opens the reply", [
        ("B。球向右移动", "B"),
    ]),
    (OPTIONS[7], "a refusal names nothing", [
        ("无法确定", None),
    ]),
    (OPTIONS[7], "two choices, or a letter with another option's text", [
        ("A、B、C、D", None),
    ]),
    (OPTIONS[8], "the reply is an option's text", [
        ("The red circle moves right", "B"),
    ]),
    (OPTIONS[8], "one option's text is quoted", [
        ("red circle moves right", "B"), ("moves right", "B"), ("The circle moves right", "B"),
        ("The red circle does not stop. The red circle moves left", "A"), ("stops", "C"),
        ("disappears.", "D"),
    ]),
    (OPTIONS[8], "two choices, or a letter with another option's text", [
        ("The red circle moves left or the red circle moves right", None),
    ]),
    (OPTIONS[8], "no letter stands as a mark and no option is quoted", [
        ("Question: What happens next?\nOptions:\nA. The red circle moves left\nB. The "
         "red circle moves right\nC. The red circle stops\nD. The red circle "
         "disappears\nAnswer with the option's letter from the given choices directly.", None),
        ("What happens next? A. The red circle moves left B. The red circle moves right "
         "C. The red circle stops D. The red circle disappears", None),
    ]),
    (OPTIONS[8], "a statement names the choice", [
        ("Question: What happens next?\nOptions:\nA. The red circle moves left\nB. The "
         "red circle moves right\nC. The red circle stops\nD. The red circle "
         "disappears\nAnswer with the option's letter from the given choices "
         "directly.\nAnswer: D", "D"),
        ("Question: What happens next?\nA. The red circle moves left\nB. The red circle "
         "moves right\nC. The red circle stops\nD. The red circle disappears\nAnswer: C", "C"),
    ]),
    (OPTIONS[9], "a statement names the choice", [
        ("The player is in a shooting stance, with eyes on the hoop. The natural "
         "continuation is the shot. **Answer: A. The player shoots the ball toward the "
         "hoop.**", "A"),
        ("To determine what happens next, I look at the player's posture. He bends his "
         "knees and raises the ball, which indicates a shot. Thus, the correct option is "
         "A.", "A"),
        ("The video shows a basketball game. A player is holding the ball and looking to "
         "his left, where a teammate is open. The best answer is B.", "B"),
        ("Based on the given frames, the player is preparing to shoot. So the answer is "
         "A: The player shoots the ball toward the hoop.", "A"),
        ("Let's think step by step. A player with the ball runs toward the basket. B is "
         "not supported by the video as no teammate is visible. C contradicts the "
         "movement. D is not supported either. That leaves A.", "A"),
        ("Let's go through the options.\n- **A**: plausible, since he's facing the "
         "hoop.\n- **B**: no teammate is visible.\n- **C**: contradicts the movement.\n- "
         "**D**: no referee.\n\n**Final answer: A**", "A"),
        ("Analysis:\n(A) Plausible\n(B) Implausible\n(C) Implausible\n(D) "
         "Implausible\n\nAnswer: (A)", "A"),
        ("I would choose option B, because the teammate is open.", "B"), ("I'd pick D.", "D"),
        ("I'm going with C here.", "C"), ("My guess is B.", "B"), ("I'll say D", "D"),
        ("We choose B.", "B"), ("Selecting option C.", "C"), ("Selected option: C", "C"),
        ("Choose: D", "D"), ("The most plausible continuation is D.", "D"),
        ("The most likely outcome: B", "B"), ("The option that best matches the video is C.", "C"),
        ("The answer that best fits the video is D.", "D"),
        ("Option C best describes what happens next.", "C"), ("Option D is the most likely.", "D"),
        ("C seems to be the most plausible choice.", "C"), ("D makes the most sense.", "D"),
        ("B fits best.", "B"), ("Among the options, B is the best fit.", "B"),
        ("Of the four options, only B matches the video.", "B"),
        ("While A is plausible, B is more likely.", "B"),
        ("A is incorrect, B is incorrect, D is incorrect. C is correct.", "C"),
        ("A: incorrect\nB: incorrect\nC: correct\nD: incorrect", "C"),
        ("The correct answer is not A or B, but C.", "C"),
        ("It can't be A, and it can't be B. It must be D.", "D"),
        ("A and B are incorrect, so it's C.", "C"),
        ("Wait, I need to reconsider. The answer is B. Actually, the teammate is covered, "
         "so the answer is A.", "A"),
        ("A. Actually, B.", "B"), ("B\n\nWait, actually C.", "C"),
        ("Initially, I thought the answer was A. But now I believe the correct answer is D.", "D"),
        ("C. No, D.", "D"), ("I was going to say A, but the answer is C", "C"),
        ("If the answer is A, the ball would be in the air. Since it isn't, the answer is B.", "B"),
        ("Is the answer A? No, because he has no ball. The answer is D.", "D"),
        ("Could it be A? Maybe. But C is the best choice.", "C"), ("The answer is likely B.", "B"),
        ("I think B", "B"), ("Perhaps the answer is B.", "B"),
        ("**Prediction:** The referee stops the game.", "D"), ("Prediction: D", "D"),
        ("Next event: The player dribbles back.", "C"),
        ("Conclusion: The correct answer is option D (The referee stops the game).", "D"),
    ]),
    (OPTIONS[9], "a letter mark opens the reply", [
        ("B is the only option consistent with the video.", "B"), ("~~A~~ B", "B"),
        ("Probably B", "B"), ("Most likely D.", "D"),
    ]),
    (OPTIONS[9], "one option of the list carries the tick", [
        ("A ❌\nB ❌\nC ✅\nD ❌", "C"),
        ("A. The player shoots the ball toward the hoop. ✗\nB. The player passes the ball "
         "to a teammate. ✓\nC. The player dribbles back. ✗\nD. The referee stops the "
         "game. ✗", "B"),
    ]),
    (OPTIONS[9], "no letter stands as a mark and no option is quoted", [
        ("It is not D.", None), ("Not A.", None), ("The answer is not B.", None),
        ("A is wrong.", None), ("Options A and B are wrong.", None), ("Maybe C?", None),
        ("The player will shoot.", None), ("The ball", None), ("player", None),
    ]),
    (OPTIONS[9], "a letter mark ends the reply", [
        ("Definitely not B. C.", "C"), ("What happens next: B", "B"), ("Result: C", "C"),
    ]),
    (OPTIONS[9], "two choices, or a letter with another option's text", [
        ("I think it's B or C", None),
        ("The referee stops the game. The player dribbles back.", None),
    ]),
    (OPTIONS[9], "one option's text is quoted", [
        ("Player passes the ball to a teammate", "B"), ("He shoots the ball toward the hoop.", "A"),
        ("The player does not shoot. The player dribbles back.", "C"),
        ("Rather than the player dribbles back, the player passes the ball to a teammate.", "B"),
    ]),
    (OPTIONS[9], "the reply is an option's text", [
        ("The player passes the ball to a teammate", "B"), ("the player dribbles back", "C"),
    ]),
    (OPTIONS[10], "the reply is an option's text", [
        ("She tastes the soup.", "E"), ("She adds salt to the pot", "C"),
    ]),
    (OPTIONS[10], "a letter mark opens the reply", [
        ("E", "E"), ("E. She tastes the soup.", "E"), ("(e)", "E"), ("e", "E"),
    ]),
    (OPTIONS[10], "a statement names the choice", [
        ("The answer is E", "E"),
    ]),
    (OPTIONS[10], "the letter is outside the options", [
        ("F", None),
    ]),
    (OPTIONS[10], "one option's text is quoted", [
        ("She turns off the stove and leaves.", "B"),
    ]),
    (OPTIONS[10], "no letter stands as a mark and no option is quoted", [
        ("She adds salt", None),
    ]),
    (OPTIONS[10], "two choices, or a letter with another option's text", [
        ("A. She adds salt to the pot.", None),
    ]),
    (OPTIONS[11], "the reply is an option's text", [
        ("a bus", "B"), ("A bus", "B"), ("A car", "A"), ("A truck.", "C"),
    ]),
    (OPTIONS[11], "one option's text is quoted", [
        ("It's a bus.", "B"), ("The vehicle is a car.", "A"), ("bus", "B"), ("Truck", "C"),
        ("the bus", "B"),
    ]),
    (OPTIONS[11], "a letter mark opens the reply", [
        ("A", "A"), ("a", "A"), ("A. a car", "A"), ("b", "B"),
    ]),
    (OPTIONS[11], "a statement names the choice", [
        ("The answer is a truck", "C"), ("The answer is A truck", "C"),
    ]),
    (OPTIONS[11], "two choices, or a letter with another option's text", [
        ("A car hits a bus", None),
    ]),
    (OPTIONS[11], "no letter stands as a mark and no option is quoted", [
        ("A bike", None), ("A big vehicle", None),
    ]),
    (OPTIONS[12], "a statement names the choice", [
        ("I think the answer is J", "J"), ("I think it's clip number 4", "D"),
        ("The answer is I", "I"), ("The answer is I think B", "B"),
        ("I believe that the answer is (G).", "G"), ("Answer: I", "I"), ("I choose H", "H"),
    ]),
    (OPTIONS[12], "a letter mark opens the reply", [
        ("I", "I"), ("I.", "I"), ("(I)", "I"), ("H", "H"), ("I. clip number 9", "I"),
    ]),
    (OPTIONS[12], "a refusal names nothing", [
        ("I don't know", None), ("I am not sure.", None),
    ]),
    (OPTIONS[12], "the reply is an option's text", [
        ("clip number 10", "J"), ("clip number 1", "A"),
    ]),
    (OPTIONS[13], "one option's text is quoted", [
        ("Shrinks", "B"), ("It shrinks.", "B"),
        ("The square vanishes because it moved behind the wall", "C"),
    ]),
    (OPTIONS[13], "the reply is an option's text", [
        ("The square grows.", "A"),
    ]),
    (OPTIONS[13], "no letter stands as a mark and no option is quoted", [
        ("grow", None), ("the square is growing", None), ("square", None),
    ]),
    (OPTIONS[13], "a letter mark opens the reply", [
        ("D. appears", "D"), ("D: The square appears.", "D"), ("C\nThe square vanishes", "C"),
        ("C\n\nThe square vanishes.", "C"),
    ]),
    (OPTIONS[13], "a letter mark ends the reply", [
        ("The square vanishes.\n\nC", "C"), ("The square vanishes. (C)", "C"),
        ("The square vanishes (option C).", "C"),
    ]),
    (OPTIONS[14], "the reply is an option's text", [
        ("The ball falls off the table.", "A"), ("The ball does not fall off the table.", "B"),
        ("the ball falls off the table", "A"),
        ("<answer>The ball falls off the table.</answer>", "A"),
    ]),
    (OPTIONS[14], "one option's text is quoted", [
        ("It does not fall off the table", "B"),
    ]),
    (OPTIONS[14], "a letter mark opens the reply", [
        ("B", "B"), ("Option A", "A"), ("<answer>A</answer>", "A"), ("<ANSWER>b</ANSWER>", "B"),
        ("<answer>B", "B"), ("<answer>A</answer><answer>B</answer>", "B"),
        ("<answer>A</answer>\nSo my final answer is A.", "A"), ("<answer>(B)</answer>", "B"),
        ("<answer>Option B</answer>", "B"),
        ("<think>hm</think><answer> B. The ball does not fall off the table. </answer>", "B"),
        ("<THINK>hm</THINK>A", "A"), ("<think></think>A", "A"), ("<think>\n\n</think>\n\nB", "B"),
        ("<answer>B<answer>", "B"), ("B</answer>", "B"), ("<answer>B</s>", "B"),
        ("B<|im_end|>", "B"), ("B<|endoftext|>", "B"), ("◁think▷hm◁/think▷\nB", "B"),
        ("assistant\nB", "B"), ("ASSISTANT: B", "B"), ("A.\n", "A"), ("A,", "A"),
    ]),
    (OPTIONS[14], "a statement names the choice", [
        ("The answer is B because the ball does not fall off the table", "B"),
        ("A is correct", "A"), ("Assistant: The answer is B.", "B"), ("Réponse : B", "B"),
        ("La respuesta correcta es B.", "B"), ("Die richtige Antwort ist B.", "B"),
        ("答えはBです。", "B"), ("정답은 B입니다.", "B"), ("Ответ: B", "B"),
        ("**Correct Answer:**\n\nB) The ball does not fall off the table.", "B"),
        ("**The correct answer is:**\n**B**", "B"), ("Correct answer → B", "B"),
        ('The answer is "B"', "B"), ("The answer is 'The ball falls off the table.'", "A"),
        ("The answer is **The ball falls off the table**.", "A"),
        ("Therefore, the answer is $\\mathbf{B}$.", "B"), ("The answer is \\(B\\).", "B"),
        ("The answer is $\\text{(B)}$", "B"),
    ]),
    (OPTIONS[14], "nothing is left to read", [
        ("<answer></answer>", None),
    ]),
    (OPTIONS[14], "two choices, or a letter with another option's text", [
        ("<answer>A or B</answer>", None),
    ]),
    (OPTIONS[14], "the box holds the choice", [
        ("<answer>\\boxed{B}</answer>", "B"), ("<|begin_of_box|>B<|end_of_box|>", "B"),
        ("Final Answer: The final answer is $\\boxed{A}$", "A"),
    ]),
    (OPTIONS[15], "a letter mark ends the reply", [
        ("Considering the trajectory, the ball is heading directly to the bumper, at high "
         "speed. It will therefore rebound.\n\nB", "B"),
        ("The trajectory suggests (B).", "B"), ("This matches option B.", "B"),
        ("That corresponds to choice (C).", "C"), ("which corresponds to option D", "D"),
        ("The letter is B.", "B"), ("Correct: D", "D"),
        ("The answer to 'What happens next?' is D.", "D"), ("In summary: B", "B"),
        ("TL;DR: B", "B"), ("Final decision: (B)", "B"), ("Output: B", "B"), ("Response: B", "B"),
        ("Solution: B", "B"), ("Result: **B**", "B"), ("Sure, here is the answer: B", "B"),
        ("Certainly! Based on the clip, option B.", "B"), ("In the video, a ball moves. C", "C"),
        ("In the video, a ball moves. Option C", "C"),
    ]),
    (OPTIONS[15], "a statement names the choice", [
        ("Considering the trajectory, the ball is heading directly to the bumper. Answer B.", "B"),
        ("Given that the ball's speed is decreasing, we can infer that it will stop "
         "before reaching the hole. Therefore, the correct answer is:\n\n**C. The ball "
         "stops before the hole**", "C"),
        ("Step 1: Observe the ball. It's moving right.\nStep 2: Predict. The hole is "
         "straight ahead.\nStep 3: Conclude. The ball rolls into the hole.\nAnswer: A", "A"),
        ("Hence the answer: (A)", "A"), ("So, I'd answer A.", "A"),
        ("I would go with A because the ball is slow.", "A"), ("I vote for C", "C"),
        ("Option A can be ruled out because the ball is too slow. Option B is impossible. "
         "Option D is very unlikely. This leaves option C as the correct answer.", "C"),
        ("We can rule out A and D. Between B and C, C is more plausible since the speed "
         "drops.", "C"),
        ("A seems less likely. B looks right to me.", "B"),
        ("Although option A might be tempting, option B is the better choice.", "B"),
        ("C is the better answer.", "C"), ("C is most likely", "C"), ("C is probably right.", "C"),
        ("C should be the answer.", "C"), ("I'm confident that C is the answer.", "C"),
        ("I'm pretty sure the answer's B.", "B"), ("answer's B", "B"),
        ("The correct letter is C", "C"), ("Correct answer: D) The ball leaves the table", "D"),
        ("The right answer is D", "D"), ("The right option is D", "D"),
        ("The true answer is B.", "B"), ("The answer to the question is B.", "B"),
        ("The answer to this multiple-choice question is (C).", "C"),
        ("In conclusion, the answer is A.", "A"), ("To sum up, (B) is correct.", "B"),
        ("Short answer: C", "C"), ("Final choice: B", "B"), ("My final answer: B.", "B"),
        ("Selected answer: B", "B"), ("Sure! The answer is B.", "B"),
        ("The answer is B\n\nThe answer is B\n\nThe answer is B", "B"),
        ("A. B. C. D. The answer is A", "A"),
        ("As an AI, I can't see the video. However, I would guess B.", "B"),
        ("<answer>The answer is (C) The ball stops before the hole.</answer>", "C"),
    ]),
    (OPTIONS[15], "a refusal names nothing", [
        ("We can rule out A and D. Between B and C, it's hard to say.", None),
        ("Answer: unknown", None), ("Answer: I don't know", None),
        ("There is not enough information to decide between B and C.", None),
        ("I don't see a ball in the video.", None), ("<answer>I can't tell</answer>", None),
    ]),
    (OPTIONS[15], "a letter mark opens the reply", [
        ("C appears correct.", "C"), ("Final: B", "B"), ("Of course. B", "B"),
        ("B B B B B B B B", "B"), ("B\nB\nB\nB", "B"),
        ("<think>\nLet me see. The ball rolls. <answer>A</answer> "
         "maybe\n</think>\n<answer>C</answer>", "C"),
        ("<thinking>It stops.</thinking> C", "C"),
        ("<answer>C: The ball stops before the hole</answer><|im_end|>", "C"),
        ("Reasoning: it slows.\n<answer>\nC\n</answer>", "C"), ("A <answer>B</answer>", "B"),
        ("<answer>\\text{C}</answer>", "C"), ("<Answer>Option (d)</Answer>", "D"),
    ]),
    (OPTIONS[15], "the reply is an option's text", [
        ("The ball rolls into the hole!", "A"), ("The ball hits the bumper and bounces back", "B"),
    ]),
    (OPTIONS[15], "one option's text is quoted", [
        ("ball rolls into the hole", "A"), ("rolls into the hole", "A"),
        ("the ball leaves the table and falls", "D"), ("it stops before the hole", "C"),
        ("The ball rolls into the hole because it is moving towards it, and it does not "
         "stop.", "A"),
        ("I don't think the ball rolls into the hole. The ball stops before the hole.", "C"),
        ("The ball hits the bumper and bounces back, as in option B; it does not leave "
         "the table.", "B"),
        ("<answer>ball stops before the hole</answer>", "C"),
    ]),
    (OPTIONS[15], "no letter stands as a mark and no option is quoted", [
        ("into the hole", None), ("hole", None), ("The ball", None),
        ("The ball hits the bumper", None), ("The ball hits the bumper and bounces", None),
        ("The ball doesn't roll into the hole.", None), ("BBBBBB", None), ("AAAA", None),
        ("Answer: A/B/C/D", None), ("Answer: ABCD", None), ("Answer: all of them", None),
        ("Answer:", None), ("Answer: <letter>", None), ("Answer: [your choice]", None),
        ("Answer: 2", None), ("The video does not provide enough information to answer.", None),
        ("The video shows a pool table with a ball rolling across it.", None),
        ("A ball is rolling on a table. A player watches.", None),
        ("<think>one</think>A<think>two</think>B", None),
    ]),
    (OPTIONS[16], "the reply is an option's text", [
        ("open drawer", "A"), ("put down spoon", "D"),
    ]),
    (OPTIONS[16], "one option's text is quoted", [
        ("Open the drawer", "A"), ("The robot will open drawer.", "A"), ("pick up the spoon", "C"),
        ("action: close drawer", "B"),
    ]),
    (OPTIONS[16], "two choices, or a letter with another option's text", [
        ("pick up spoon, then put down spoon", None), ("close drawer A", None),
        ("open drawer B", None),
    ]),
    (OPTIONS[16], "a letter mark opens the reply", [
        ("C. pick up", "C"), ("B (close drawer)", "B"), ("B [close drawer]", "B"),
        ("B = close drawer", "B"), ("B, i.e. close drawer", "B"), ("B — close drawer", "B"),
        ("B – close drawer", "B"), ("B; close drawer", "B"), ("B | close drawer", "B"),
        ("B\tclose drawer", "B"),
    ]),
    (OPTIONS[16], "no letter stands as a mark and no option is quoted", [
        ("drawer", None),
    ]),
    (OPTIONS[16], "a statement names the choice", [
        ("Next action: C", "C"), ("next_action: pick up spoon", "C"),
        ('{"next_action": "pick up spoon"}', "C"),
    ]),
    (OPTIONS[16], "a letter mark ends the reply", [
        ('{"action": "B"}', "B"), ("close drawer (B)", "B"),
    ]),
    (OPTIONS[17], "the reply is an option's text", [
        ("He will answer the phone", "C"), ("He will choose a book", "D"),
        ("He'll leave the room.", "B"),
    ]),
    (OPTIONS[17], "a letter mark opens the reply", [
        ("C. He will answer the phone", "C"), ("A", "A"),
    ]),
    (OPTIONS[17], "one option's text is quoted", [
        ("The man stands up. He will leave the room.", "B"),
        ("A man is sitting. He will answer the phone.", "C"), ("leave the room", "B"),
    ]),
    (OPTIONS[17], "a statement names the choice", [
        ("I think he will leave the room", "B"), ("The answer is he will sit on the chair.", "A"),
        ("Answer: He will choose a book.", "D"),
    ]),
    (OPTIONS[18], "the reply is an option's text", [
        ("None of the above", "D"), ("The cat jumps on the sofa.", "A"),
        ("The cat jumps off the sofa", "B"), ("The cat sleeps", "C"),
    ]),
    (OPTIONS[18], "a letter mark opens the reply", [
        ("D. None of the above", "D"),
    ]),
    (OPTIONS[18], "a statement names the choice", [
        ("The answer is none of the above.", "D"),
    ]),
    (OPTIONS[18], "no letter stands as a mark and no option is quoted", [
        ("The cat jumps.", None), ("The cat is sleeping.", None),
    ]),
    (OPTIONS[18], "two choices, or a letter with another option's text", [
        ("The cat jumps off the sofa, then the cat sleeps.", None),
    ]),
    (OPTIONS[19], "the reply is an option's text", [
        ("green square", "A"),
    ]),
    (OPTIONS[19], "a letter mark opens the reply", [
        ("A green square", "A"), ("B. blue", "B"), ("A. A green square", "A"),
        ("C: A green circle", "C"),
    ]),
    (OPTIONS[19], "one option's text is quoted", [
        ("A blue square", "B"), ("a green circle", "C"), ("It is a green circle.", "C"),
        ("A green circle appears", "C"), ("circle", "C"),
    ]),
    (OPTIONS[19], "a statement names the choice", [
        ("The answer is A green square", "A"), ("The answer is a blue square", "B"),
        ("Answer: A blue square", "B"),
    ]),
    (OPTIONS[19], "no letter stands as a mark and no option is quoted", [
        ("green", None), ("square", None), ("blue", None), ("The square is green", None),
    ]),
    (OPTIONS[20], "two choices, or a letter with another option's text", [
        ("same", None), ("They are the same.", None),
    ]),
    (OPTIONS[20], "the reply is an option's text", [
        ("different", "C"),
    ]),
    (OPTIONS[20], "a letter mark opens the reply", [
        ("A", "A"), ("B. same", "B"),
    ]),
    (OPTIONS[20], "a statement names the choice", [
        ("The answer is different.", "C"),
    ]),
    (OPTIONS[21], "a letter mark opens the reply", [
        ("A", "A"), ("B", "B"), ("Option B", "B"),
    ]),
    (OPTIONS[21], "a statement names the choice", [
        ("The answer is A", "A"),
    ]),
    (OPTIONS[22], "the reply is an option's text", [
        ("frame A shows it", "A"),
    ]),
    (OPTIONS[22], "a letter mark opens the reply", [
        ("B", "B"), ("B. frame B shows it", "B"),
    ]),
    (OPTIONS[15], "two choices, or a letter with another option's text", [
        ("The answer is A. The answer is B. The answer is C. The answer is D.", None),
        ("Answer: A\nAnswer: B\nAnswer: C\nAnswer: D", None), ("Answer: A, C", None),
        ("Answer: A and C", None), ("Answer: (A), (B)", None),
        ("<answer>A, B, C, D</answer>", None),
    ]),
    (OPTIONS[15], "the letter is outside the options", [
        ("Answer: X", None),
    ]),
    (OPTIONS[15], "nothing is left to read", [
        ("<think>B</think>", None), ("<think>B</think>\n\n", None),
    ]),
    (OPTIONS[23], "a statement names the choice", [
        ("The video depicts a chef in a kitchen, standing by a cutting board with an "
         "onion and a knife. Given this setup, the next logical step would be slicing the "
         "onion. Therefore, the most probable option is A.", "A"),
        ("The video depicts a chef in a kitchen. Given this setup, the next logical step "
         "is for the chef to slice the onion.\n\nSo, the answer is **A. The chef slices "
         "the onion**.", "A"),
        ("In the given video, a chef is seen holding a pan. The next likely action is B.", "B"),
        ("The next event is most likely: The chef plates the dish.", "D"),
        ("I believe the chef washes his hands next.", "C"),
        ("Next, the chef plates the dish. This is option D.", "D"),
        ("**Reasoning:** The chef has just finished cooking.\n\n**Answer:** D", "D"),
        ("Reasoning: The chef has finished cooking, so A is unlikely. B has already "
         "happened.\nAnswer: D. The chef plates the dish", "D"),
        ("Evidence:\n- knife in hand\n- onion on board\n\nConclusion: **A**", "A"),
        ("Here's my analysis:\n\n* Option A – The knife is in hand → likely\n* Option B – "
         "no pan\n* Option C – hands are clean\n* Option D – nothing cooked\n\nBest "
         "choice: **A**", "A"),
        ("Given the options:\nA) The chef slices the onion\nB) The chef puts the pan on "
         "the stove\nC) The chef washes his hands\nD) The chef plates the dish\n\nThe "
         "correct option is B) The chef puts the pan on the stove.", "B"),
        ("I would say that option C is the correct one.", "C"), ("I'd say C", "C"),
        ("I say C.", "C"), ("Let's go with C.", "C"), ("I'll go with option (C).", "C"),
        ("Going with C", "C"), ("I pick C", "C"), ("I select C: The chef washes his hands", "C"),
        ("My choice: C", "C"), ("My vote is C", "C"), ("The choice is C", "C"),
        ("The correct choice would be C", "C"), ("C is correct, A is not.", "C"),
        ("It's not A. It's C.", "C"), ("Not A but C", "C"), ("I'd choose C over A", "C"),
        ("Between A and C, I choose C.", "C"), ("A? No. It's D.", "D"),
        ("The answer is A. Wait, let me double check... the pan is in his hand. The "
         "answer is B.", "B"),
        ("The answer is A.\n\nHowever, B could also be argued.", "A"),
        ("The answer is A. B is incorrect because there is no pan. C is incorrect.", "A"),
        ("The correct answer is A. Options B, C, and D are not supported by the video.", "A"),
        ("A is the correct answer. The other options (B, C, D) aren't shown.", "A"),
        ("D is the answer, not C.", "D"), ("The answer is D, not C.", "D"),
        ("The answer is D and not C.", "D"), ("The answer is D (not C).", "D"),
    ]),
    (OPTIONS[23], "a letter mark ends the reply", [
        ("Based on the sequence of events, the chef is likely to put the pan on the stove "
         "next. This aligns with option B.", "B"),
        ("1. The chef holds a knife.\n2. The onion is on the board.\n3. Therefore A.", "A"),
        ("My pick: C", "C"),
    ]),
    (OPTIONS[23], "one option's text is quoted", [
        ("The chef puts the pan on the stove is the most likely next action.", "B"),
    ]),
    (OPTIONS[23], "no letter stands as a mark and no option is quoted", [
        ("A chef stands in the kitchen holding a knife. He looks at the onion.", None),
        ("(A) The chef slices the onion (B) The chef puts the pan on the stove (C) The "
         "chef washes his hands (D) The chef plates the dish", None),
        ("A is not correct, C is.", None), ("I'm torn between A and B.", None),
        ("Sorry, I am unable to help with that.", None), ("No answer", None), ("Neither", None),
        ("I need more context to answer.", None), ("Please provide the video.", None),
        ("There is no correct option.", None), ("[no response]", None), ("ERROR", None),
        ("Describe what happens next.", None),
    ]),
    (OPTIONS[23], "a letter mark opens the reply", [
        ("A chef slices an onion.", "A"), ("A chef slices the onion", "A"),
        ("A. The chef slices the onion\n\nExplanation: the chef holds a knife. Option B "
         "is not possible because there is no pan.", "A"),
        ("B\n\nThe chef is holding a pan, which suggests that he will put it on the stove.", "B"),
        ("B.\n\nExplanation: A is wrong since no knife is visible; C and D happen later.", "B"),
        ("B. The chef puts the pan on the stove. A man in the back watches.", "B"),
        ("C. He's at the sink.", "C"), ("C since he's at the sink", "C"),
        ("C is what happens next.", "C"), ("C happens next", "C"), ("C will happen next.", "C"),
        ("Option C will happen next.", "C"), ("C rather than A", "C"), ("C, not A", "C"),
        ("C instead of A", "C"),
    ]),
    (OPTIONS[23], "one option of the list carries the tick", [
        ("Here's my analysis:\n\n* Option A – no\n* Option B – no\n* Option C – no\n* "
         "Option D – yes", "D"),
    ]),
    (OPTIONS[23], "two choices, or a letter with another option's text", [
        ("A. The chef slices the onion\nB. The chef puts the pan on the stove", None),
        ("Both A and B are plausible.", None), ("A and B are both correct", None),
        ("The answer is A and B.", None), ("The correct answers are A and D.", None),
        ("A or D, hard to say", None), ("A (or maybe B)", None), ("Could be A, could be B.", None),
        ("A... or B?", None),
    ]),
    (OPTIONS[23], "a refusal names nothing", [
        ("I can not answer that.", None), ("no idea", None), ("None of these", None),
        ("The question is unclear.", None),
    ]),
    (OPTIONS[23], "nothing is left to read", [
        ("<image>", None),
    ]),
    (OPTIONS[24], "the reply is an option's text", [
        ("Turn right", "B"), ("turn left.", "A"), ("Stop.", "D"),
    ]),
    (OPTIONS[24], "one option's text is quoted", [
        ("The car will turn right.", "B"), ("Right", "B"), ("It will go straight.", "C"),
        ("straight", "C"), ("The car will stop", "D"), ("Do not turn left; go straight", "C"),
        ("action = STOP", "D"), ("It won't stop; it will turn right.", "B"),
    ]),
    (OPTIONS[24], "no letter stands as a mark and no option is quoted", [
        ("The car stops.", None), ("The car turns right.", None),
    ]),
    (OPTIONS[24], "two choices, or a letter with another option's text", [
        ("Turn left or turn right", None), ("stop or go straight", None),
    ]),
    (OPTIONS[24], "a letter mark opens the reply", [
        ("B. right", "B"),
    ]),
    (OPTIONS[24], "a statement names the choice", [
        ("The answer is stop", "D"), ("Answer: go straight", "C"),
    ]),
    (OPTIONS[25], "the reply is an option's text", [
        ("1 s", "B"), ("1.5 s", "C"), ("2 s.", "D"),
    ]),
    (OPTIONS[25], "one option's text is quoted", [
        ("After 2 s", "D"), ("about 0.5 s", "A"),
    ]),
    (OPTIONS[25], "a letter mark opens the reply", [
        ("C. 1.5 s", "C"), ("B", "B"),
    ]),
    (OPTIONS[25], "a statement names the choice", [
        ("The answer is 1.5 s", "C"),
    ]),
    (OPTIONS[25], "no letter stands as a mark and no option is quoted", [
        ("3 s", None),
    ]),
    (OPTIONS[26], "one option's text is quoted", [
        ("swims", "A"), ("A swimmer dives", "C"), ("dives", "C"), ("climbs out of the pool", "B"),
    ]),
    (OPTIONS[26], "the reply is an option's text", [
        ("The swimmer dives.", "C"),
    ]),
    (OPTIONS[26], "no letter stands as a mark and no option is quoted", [
        ("the pool", None), ("The swimmer", None),
    ]),
    (OPTIONS[26], "a letter mark opens the reply", [
        ("C. dives", "C"),
    ]),
    (OPTIONS[26], "the letter is outside the options", [
        ("D", None), ("D. drowns", None),
    ]),
    (OPTIONS[26], "two choices, or a letter with another option's text", [
        ("The swimmer swims and then the swimmer dives", None),
    ]),
    (OPTIONS[27], "the reply is an option's text", [
        ("Yes", "A"), ("no", "B"), ("Not sure", "C"), ("Yes.", "A"),
    ]),
    (OPTIONS[27], "one option's text is quoted", [
        ("I'm not sure", "C"), ("no, it isn't", "B"),
    ]),
    (OPTIONS[27], "a statement names the choice", [
        ("The answer is yes", "A"),
    ]),
    (OPTIONS[27], "a letter mark opens the reply", [
        ("C. not sure", "C"),
    ]),
    (OPTIONS[28], "a statement names the choice", [
        ("The cubes approach each other at constant speed in different lanes. They'll "
         "pass. Thus the answer is B: The two cubes pass each other.", "B"),
        ("\\text{Answer: } B", "B"), ("{answer: B}", "B"),
        ("```yaml\nanswer: B\nconfidence: 0.9\n```", "B"), ("answer:\n  letter: B", "B"),
        ("| Answer |\n|---|\n| B |", "B"), ("Answer：Ｂ", "B"), ("ANSWER: b", "B"),
        ("answer- b", "B"), ("Answer --> B", "B"), ("Answer => B", "B"), ("Answer (B)", "B"),
        ("Answer [B]", "B"), ("Answer\nB", "B"), ("Answer.B", "B"), ("The Answer Is: B.", "B"),
        ("The answer is: **B**.", "B"), ("The answer is:\n\nB", "B"), ("The answer is ... B", "B"),
        ("The answer is indeed B", "B"), ("the correct answer is option (b).", "B"),
        ("correct answer: b. the two cubes pass each other", "B"), ("The answer is <b>B</b>.", "B"),
        ("综上所述，正确答案为B。", "B"), ("选项B是正确的。", "B"), ("应该选择选项B", "B"),
        ("B 是正确答案", "B"), ("最终答案：**B**", "B"), ("答案：（B）", "B"),
        ("A错误，C错误，D错误，因此选B", "B"),
    ]),
    (OPTIONS[28], "the box holds the choice", [
        ("They are in separate lanes so no collision occurs and neither turns "
         "around.\nFinal answer: \\boxed{B}", "B"),
        ("\\textbf{Answer:} \\boxed{(B)}", "B"), ("$\\boxed{\\mathrm{B}}$", "B"),
        ("\\boxed{b}", "B"), ("boxed{B}", "B"), ("所以答案是 \\boxed{B}。", "B"),
    ]),
    (OPTIONS[28], "the reply is an option's text", [
        ("\\boxed{The two cubes pass each other}", "B"),
    ]),
    (OPTIONS[28], "two choices, or a letter with another option's text", [
        ("$\\boxed{A, B}$", None), ("A或B", None),
    ]),
    (OPTIONS[28], "no letter stands as a mark and no option is quoted", [
        ("\\boxed{}", None), ("不是A", None),
    ]),
    (OPTIONS[28], "the letter is outside the options", [
        ("\\boxed{E}", None),
    ]),
    (OPTIONS[28], "the answer key holds the choice", [
        ('{"prediction": "B", "reason": "A collision would need the same lane"}', "B"),
        ('{"answer_letter": "B"}', "B"), ('{"option": "B", "probability": 0.7}', "B"),
        ('[{"answer": "B"}]', "B"), ('{"answer": "B"', "B"), ('{"answer": B}', "B"),
        ('Here is the JSON:\n```\n{"final_answer": "B) The two cubes pass each other"}\n```', "B"),
    ]),
    (OPTIONS[28], "a letter mark opens the reply", [
        ("```\nB\n```", "B"), ("<p>B</p>", "B"), ("<b>B</b>", "B"), ("<choice>B</choice>", "B"),
        ("<final_answer>B</final_answer>", "B"), ("B&nbsp;", "B"), ("&quot;B&quot;", "B"),
    ]),
    (OPTIONS[29], "a statement names the choice", [
        ("The scene shows a car near a crossing with a pedestrian waiting. The driver "
         "appears to slow down. Considering safety rules, the car will most likely brake. "
         "Hence, the correct choice is A.", "A"),
        ("Upon reviewing the frames, it's evident that the light is about to change. "
         "Thus, the answer is (D) The traffic light turns red.", "D"),
        ("I need to choose the event that follows. The car's brake lights are "
         "on.\n\nFinal Answer: A", "A"),
        ("Brake lights are on. Therefore A is the answer.", "A"), ("I think option A.", "A"),
        ("I think option A is right", "A"), ("I think that the answer would be option A", "A"),
        ("Obviously the answer is C", "C"), ("It looks like C", "C"), ("Looks like C.", "C"),
        ("It appears that the answer is C.", "C"), ("Seems like B is the answer", "B"),
        ("It would be B.", "B"), ("That's B.", "B"), ("This is B.", "B"),
        ("The car brakes before the crossing, which means the answer is A and the other "
         "options can be discarded.", "A"),
        ("Options C and D are unlikely. I'm choosing between A and B. I lean towards A.", "A"),
        ("B: wrong, C: wrong, D: wrong, A: correct", "A"),
        ("The correct answer isn't B, because the car slows down. The correct answer is A.", "A"),
        ("The answer can't be determined from the frames alone, but A is the most plausible.", "A"),
        ("The answer is as follows: C", "C"), ("The answer is simple: C", "C"),
        ("The answer is clearly option C, the pedestrian crosses the road.", "C"),
        ("The answer is that the pedestrian crosses the road.", "C"),
        ("The answer, in my opinion, is C.", "C"), ("The answer I would give is C.", "C"),
        ("The answer I choose is C", "C"), ("The option I choose is (C)", "C"),
        ("Answer choice: C", "C"), ("Answer choice C", "C"), ("The answer choice is C.", "C"),
        ("Answer option: C", "C"), ("Choice: (C) The pedestrian crosses the road", "C"),
        ("Correct Option: C", "C"), ("Correct Answer C", "C"), ("Predicted answer: C", "C"),
        ("Most likely next event: C", "C"),
    ]),
    (OPTIONS[29], "one option's text is quoted", [
        ("Looking at the video, I can see a car approaching a crossing. The pedestrian "
         "takes a step forward. So the pedestrian crosses the road.", "C"),
        ("A pedestrian crosses the road", "C"), ("A car drives through the crossing.", "B"),
    ]),
    (OPTIONS[29], "a letter mark ends the reply", [
        ("The car's brake lights are on → A", "A"), ("Brake lights on, so A.", "A"),
        ("Brake lights on = A", "A"), ("A pedestrian is waiting. B", "B"), ("Should be A", "A"),
        ("Must be A.", "A"), ("Has to be C", "C"), ("It seems to be C.", "C"),
        ("Let's eliminate: B is wrong (brake lights). C is wrong (pedestrian stands "
         "still). D is wrong (no light visible). So A.", "A"),
        ("It cannot be B since the car slows down; thus A.", "A"),
        ("The answer is, without doubt, C.", "C"), ("Option number C", "C"),
        ("Correct Option (C)", "C"), ("Predicted: C", "C"), ("Most plausible: C", "C"),
        ("Next: C", "C"),
    ]),
    (OPTIONS[29], "a letter mark opens the reply", [
        ("A. Because the brake lights are on.", "A"), ("A because the brake lights are on", "A"),
        ("A (the brake lights are on)", "A"), ("A - the car brakes", "A"),
        ("A car brakes before the crossing.", "A"), ("Option A is what I'd choose.", "A"),
        ("Option A, since the brake lights are on.", "A"),
        ("Option A because of the brake lights", "A"), ("Option A: brake lights", "A"),
        ("Definitely C", "C"), ("Clearly, C.", "C"), ("Letter: C", "C"), ("Most likely: C", "C"),
    ]),
    (OPTIONS[29], "no letter stands as a mark and no option is quoted", [
        ("A car is approaching the crossing.", None), ("B is wrong, C is wrong, D is wrong.", None),
        ("The answer is not given.", None), ("The answer is not in the options.", None),
        ("The answer depends on the speed.", None), ("The answer is based on the video", None),
    ]),
    (OPTIONS[29], "one option is set aside, the other said to fit", [
        ("Option B describes a car driving through, but the brake lights say otherwise. "
         "Option A fits.", "A"),
    ]),
    (OPTIONS[29], "a refusal names nothing", [
        ("The answer cannot be determined.", None), ("The answer is unclear", None),
        ("The answer is a bit unclear", None),
    ]),
    (OPTIONS[30], "one option's text is quoted", [
        ("grows", "A"), ("The circle grows.", "A"), ("stays the same size", "C"),
        ("It does not grow, it shrinks", "B"), ("changes colour", "D"),
    ]),
    (OPTIONS[30], "the reply is an option's text", [
        ("It grows.", "A"),
    ]),
    (OPTIONS[30], "two choices, or a letter with another option's text", [
        ("It shrinks and then it changes colour", None),
    ]),
    (OPTIONS[30], "no letter stands as a mark and no option is quoted", [
        ("It stays the same", None), ("the same size", None), ("It grew", None),
        ("It will grow", None), ("It changes color", None), ("it", None),
    ]),
    (OPTIONS[30], "a letter mark ends the reply", [
        ("Shrinks (B)", "B"),
    ]),
    (OPTIONS[30], "a letter mark opens the reply", [
        ("b) shrinks", "B"), ("B) it shrinks!", "B"), ("D because it changes colour", "D"),
    ]),
    (OPTIONS[31], "two choices, or a letter with another option's text", [
        ("The boy kicks the ball and the girl catches the ball.", None),
        ("B\n\nUser: What next?\nAssistant: A", None),
        ("Choose the correct answer from A, B, C.", None),
        ("The answer is B. The girl catches the ball.", None),
        ("B\nThe girl catches the ball", None),
        ("B. The boy catches the ball\nC. The girl catches the ball", None),
    ]),
    (OPTIONS[31], "the reply is an option's text", [
        ("The boy catches the ball.", "B"), ("The girl catches the ball", "C"),
    ]),
    (OPTIONS[31], "no letter stands as a mark and no option is quoted", [
        ("catches the ball", None), ("The girl catches it", None), ("the boy", None),
        ("Please select A, B, or C.", None), ("Vitamin C is good.", None), ("Team A wins.", None),
        ("Plan B", None), ("Grade A student", None), ("He got an A in maths.", None),
        ("From point A to point B", None), ("The letter is not visible.", None), ("An apple", None),
        ("Be careful", None), ("Catch", None), ("see", None), ("Bb", None), ("B2", None),
        ("C++", None), ("D-day", None), ("A+", None), ("a boy", None), ("I", None),
    ]),
    (OPTIONS[31], "one option's text is quoted", [
        ("kicks the ball", "A"), ("The boy kicks the ball to the girl", "A"),
        ("The girl catches the ball, not the boy.", "C"),
    ]),
    (OPTIONS[31], "a letter mark opens the reply", [
        ("C. catches the ball", "C"), ("<think>A? B? C?</think><answer>C</answer>", "C"),
        ("<think>It's A.</think>\n\nB", "B"), ("It's A.</think>B", "B"), ("<answer>C</answer", "C"),
        ("<answer>C </answer>.", "C"), ("<think>a<think>b</think>c</think><answer>C</answer>", "C"),
        ("  <answer>  c  </answer>  ", "C"), ("<answer>A</answer> or <answer>B</answer>", "B"),
    ]),
    (OPTIONS[31], "thinking was never closed", [
        ("<think>the answer is A", None), ("<think>the answer is A</think", None),
    ]),
    (OPTIONS[31], "nothing is left to read", [
        ("<answer>A</answer></think>", None),
    ]),
    (OPTIONS[31], "a statement names the choice", [
        ("answer>B</answer>", "B"), ("Answer: B\n\nAnswer: B", "B"), ("B\nAnswer: B", "B"),
        ("A) The boy kicks the ball\nB) The boy catches the ball\nC) The girl catches the "
         "ball\nI choose B.", "B"),
        ("The options are: A, B and C. I choose B.", "B"),
        ("The choices are A, B, C. The answer: C", "C"),
        ("The answer is B. The boy catches the ball.", "B"),
    ]),
    (OPTIONS[31], "a letter mark ends the reply", [
        ("Answer with A, B or C.\nB", "B"),
    ]),
    (OPTIONS[32], "a statement names the choice", [
        ("Based on the video, steam is rising from the pot. The most likely next event is "
         "(B) The water boils.", "B"),
        ("The water will boil soon. Answer: (B)", "B"),
        ("It is option B that best fits the evidence.", "B"),
        ("After careful consideration, I've decided on B.", "B"),
        ("After careful consideration I have chosen option D.", "D"),
        ("**Option B** is the correct answer.", "B"), ("## Answer: B", "B"), ("Answer:** B", "B"),
        ("**Answer**: B. The water boils", "B"), ("Answer: **B. The water boils.**", "B"),
        ("Answer: `B`", "B"), ("Answer: The flame goes out because there's no gas.", "D"),
        ("The correct answer is The lid is lifted.", "C"),
        ('The correct answer is "The lid is lifted".', "C"), ("I choose The flame goes out.", "D"),
        ("My answer: the glass tips over", "A"),
        ("A is unlikely. B is likely. C is unlikely. D is unlikely. My answer is B.", "B"),
        ("Options A, C and D don't match, so the answer must be B.", "B"),
        ("Considering all this, the answer: B", "B"),
        ("Considering all of this I'd say it's B.", "B"),
        ("So, the answer: B) The water boils", "B"), ("Thus B is correct.", "B"),
        ("Thus the answer is (B).", "B"), ("answer=B", "B"), ("answer:B", "B"),
        ("Answer:B.The water boils", "B"), ("Answer:(B)The water boils", "B"),
        ("Answer: [[B]]", "B"), ("My verdict: [[B]]", "B"),
    ]),
    (OPTIONS[32], "a letter mark ends the reply", [
        ("Steam rising. Bubbles forming. B", "B"),
        ("I observe the following:\n- steam\n- bubbles\n\nThese cues indicate B.", "B"),
        ("After careful consideration, B.", "B"),
        ("Since the flame is strong, D is out. The lid doesn't move, so C is out. No "
         "glass is visible, so A is out. Therefore B.", "B"),
        ("The evidence points to B.", "B"), ("The evidence supports option B.", "B"),
        ("All the evidence points to option (B).", "B"), ("Everything suggests B.", "B"),
        ("Hence B.", "B"), ("Ans - B", "B"), ("Ans=B", "B"),
    ]),
    (OPTIONS[32], "one option's text is quoted", [
        ("I observe steam, which indicates that the water boils.", "B"),
        ("A glass is on the table. The glass tips over.", "A"),
        ("The lid is lifted by a hand.", "C"), ("lid is lifted", "C"), ("flame goes out", "D"),
        ("goes out", "D"), ("boils", "B"), ("The flame does not go out. The water boils.", "B"),
    ]),
    (OPTIONS[32], "a letter mark opens the reply", [
        ("**B**: The water boils", "B"), ("**B**\n\nThe steam suggests this.", "B"),
        ("**Option B**: The water boils.", "B"),
        ("**B. The water boils** is the correct answer.", "B"), ("*B.* The water boils", "B"),
        ("# B", "B"), ("A glass tips over.", "A"), ("A: The glass tips over", "A"),
        ("A - The glass tips over.", "A"), ("So B it is.", "B"), ("Therefore, B", "B"),
        ("Therefore: B.", "B"), ("∴ B", "B"), ("B\n```", "B"), ("```text\nB\n```", "B"),
        ("`B`", "B"), ('"B."', "B"), ("'B. The water boils'", "B"), ("(B", "B"), ("B]", "B"),
        ("[[B]]", "B"), ("((B))", "B"), ("<<B>>", "B"), ("B…", "B"), ("B 👍", "B"), ("👉 B", "B"),
        ("B\u200b", "B"), ("\ufeffB", "B"), ("B\x00", "B"), ("Ⓑ", "B"), ("𝐁", "B"), ("Ｂ．", "B"),
        ("B\u3000The water boils", "B"),
    ]),
    (OPTIONS[32], "no letter stands as a mark and no option is quoted", [
        ("A hand lifts the lid.", None), ("A flame is visible.", None), ("water", None),
        ("The glass", None), ("The water does not boil.", None),
        ("Options A, C and D don't match. B does.", None),
        ("I rule out A, C, and D; B remains.", None), ("B?", None),
    ]),
    (OPTIONS[32], "the reply is an option's text", [
        ("the lid is lifted", "C"), ("The flame goes out.", "D"),
    ]),
    (OPTIONS[32], "two choices, or a letter with another option's text", [
        ("The water boils and the lid is lifted.", None),
        ("The water boils, then the flame goes out", None),
        ("The water boils or the lid is lifted", None),
    ]),
    (OPTIONS[32], "one option is mentioned by its letter", [
        ("Only option B is supported by the evidence.", "B"),
    ]),
    (OPTIONS[33], "the reply is an option's text", [
        ("moving left", "A"), ("not moving", "C"),
    ]),
    (OPTIONS[33], "one option's text is quoted", [
        ("It is moving right.", "B"), ("It is not moving.", "C"), ("The ball is moving left", "A"),
        ("it's not moving left, it's moving right", "B"), ("The answer is not moving.", "C"),
        ("left", "A"),
    ]),
    (OPTIONS[33], "no letter stands as a mark and no option is quoted", [
        ("moving", None), ("It moves left", None),
    ]),
    (OPTIONS[33], "a letter mark opens the reply", [
        ("C. not moving", "C"), ("C", "C"),
    ]),
    (OPTIONS[34], "a letter mark opens the reply", [
        ("E", "E"), ("e", "E"), ("(E) The drone flies away", "E"), ("A drone lands.", "A"),
        ("<think>\nThe drone...\n</think>\n\n**C**", "C"), ("</think>B", "B"),
        ("<answer>B</answer>\n\nExplanation: the drone takes off.", "B"),
        ("<answer>B. The drone takes off</answer>", "B"), ("<answer>\n  B\n</answer>", "B"),
        ("<answer>B, because it rises. A and C are wrong.</answer>", "B"),
        ("Final answer: <answer>B</answer>", "B"), ("< answer >B</ answer >", "B"),
    ]),
    (OPTIONS[34], "the reply is an option's text", [
        ("The drone flies away", "E"), ("The drone hovers", "C"),
        ("<answer> The drone takes off </answer>", "B"),
    ]),
    (OPTIONS[34], "the letter is outside the options", [
        ("F", None),
    ]),
    (OPTIONS[34], "one option's text is quoted", [
        ("hovers", "C"), ("takes off", "B"), ("It crashes.", "D"),
    ]),
    (OPTIONS[34], "a statement names the choice", [
        ("The answer is D. The drone crashes", "D"),
        ("I can't see any video, but if I had to guess, I'd say C.", "C"),
        ("If I had to choose, the answer is C.", "C"),
        ("I am unable to determine the answer, it might be C", "C"),
        ("None of the options is correct, but C is the closest.", "C"),
        ("<think>\nA? Maybe. B? No.\n</think>\n\nThe answer is **C**: The drone hovers.", "C"),
        ("<answer>answer: B</answer>", "B"),
    ]),
    (OPTIONS[34], "no letter stands as a mark and no option is quoted", [
        ("It will crash.", None), ("The drone", None), ("A through E", None),
        ("A drone is flying.", None), ("No option is correct.", None),
    ]),
    (OPTIONS[34], "two choices, or a letter with another option's text", [
        ("the drone lands and the drone crashes", None), ("A and E", None), ("A-E", None),
        ("Any of A to E", None), ("A drone lands. C", None),
    ]),
    (OPTIONS[34], "a letter mark ends the reply", [
        ("I cannot see the video. If I had to guess: C", "C"),
    ]),
    (OPTIONS[34], "a refusal names nothing", [
        ("Without the video, I can't tell whether it's A or B.", None),
        ("Unfortunately I can't process videos.", None),
        ("I apologize, but I don't have enough information.", None),
        ("I do not see option that fits.", None), ("None of the options A-E is right.", None),
    ]),
    (OPTIONS[34], "thinking was never closed", [
        ("<think>The drone goes up, so B.", None),
    ]),
    (OPTIONS[34], "the box holds the choice", [
        ("<think>\n</think>\n<answer>\\boxed{B}</answer>", "B"),
    ]),
    (OPTIONS[35], "a statement names the choice", [
        ("The final frames show people lined up at the doors, which have just opened. "
         "Boarding is the natural next step. The answer is **B**.", "B"),
        ("The final frames show people lined up at the doors. Boarding is the natural "
         "next step.\n\n**Answer: B. The passengers board the train**", "B"),
        ("Based on what we see, I believe the correct answer is (C) The doors close.", "C"),
        ("Looking carefully at the clip, the passengers have boarded. Next, the doors "
         "close. So the answer is C.", "C"),
        ("First, passengers board the train (B). Then the doors close (C). Finally the "
         "train leaves (A). Since boarding is already complete, the next event is C.", "C"),
        ("The order is B, C, D, A. The next one is C.", "C"),
        ("The clip ends with the doors open and people boarding. Options A and D come "
         "later. Option C requires boarding to be finished. Therefore, the most likely "
         "event is B.", "B"),
        ("The best answer is D: The conductor blows a whistle.", "D"),
        ("The best option is D", "D"), ("The correct option is D", "D"), ("Best answer: D", "D"),
        ("Best option: D", "D"), ("Option: D", "D"), ("Answer: Option D", "D"),
        ("Answer is option D.", "D"), ("The answer is choice D.", "D"),
        ("The answer is (D) because the whistle is visible.", "D"),
        ("The answer is D because A, B and C have happened.", "D"),
        ("The answer is D as A has already happened.", "D"), ("The answer is D; A is wrong.", "D"),
        ("The answer is D. A is wrong.", "D"),
        ("The answer is D since the train isn't moving, so A is wrong", "D"),
        ("Among the given choices, D seems the most appropriate.", "D"),
        ("D is the most appropriate answer.", "D"), ("D is the most reasonable", "D"),
        ("D is more plausible than B.", "D"), ("I find D most convincing.", "D"),
        ("D best matches the video.", "D"), ("D would be the best answer.", "D"),
        ("D must be correct", "D"), ("D is the right answer", "D"), ("D is right.", "D"),
        ("D is my answer.", "D"), ("I am going to choose D.", "D"), ("I'll choose D", "D"),
        ("I'd choose D.", "D"), ("I would choose D", "D"), ("I would select D.", "D"),
        ("I would say D", "D"), ("I'd guess D", "D"), ("My answer would be D.", "D"),
        ("My answer is (D).", "D"), ("The reasonable choice is A.", "A"),
        ("The next event will be A.", "A"), ("The most probable next event: A", "A"),
        ("The most likely scenario is B: The passengers board the train.", "B"),
    ]),
    (OPTIONS[35], "a letter mark opens the reply", [
        ("B. The passengers board the train.", "B"), ("B) The passengers board the train", "B"),
        ("(B)", "B"), ("b", "B"), ("B\n\n", "B"), ("A train leaves the station.", "A"),
        ("D. He raises the whistle to his lips.", "D"), ("D: he raises the whistle", "D"),
        ("D, he has a whistle", "D"), ("D as he raises the whistle.", "D"), ("D it is.", "D"),
        ("D is my final answer", "D"), ("D is the one.", "D"), ("It's most likely B.", "B"),
        ("It's likely C", "C"),
    ]),
    (OPTIONS[35], "the reply is an option's text", [
        ("The passengers board the train.", "B"), ("The doors close.", "C"),
    ]),
    (OPTIONS[35], "one option's text is quoted", [
        ("passengers board the train", "B"), ("Passengers board the train", "B"),
        ("The doors close and the train starts.", "C"),
        ("It is most likely that the doors close.", "C"),
        ("It is likely that the train leaves the station.", "A"),
    ]),
    (OPTIONS[35], "no letter stands as a mark and no option is quoted", [
        ("The passengers are boarding the train", None), ("The doors are closing.", None),
        ("A train is at the station.", None), ("A whistle is heard.", None),
        ("There's no video attached.", None), ("Sorry, but I can't help with that request.", None),
        ("All options are possible.", None), ("Any of them", None), ("B/C", None), ("B | C", None),
    ]),
    (OPTIONS[35], "two choices, or a letter with another option's text", [
        ("The train leaves the station after the doors close.", None),
        ("A, B, C and D are all possible.", None), ("B and C", None), ("B, C", None),
        ("B or C?", None), ("(B) (C)", None), ("(A) or (B)", None), ("The answer is B or C.", None),
        ("The answer is B, C.", None), ("The answer could be either A or D.", None),
        ("A and D are both plausible.", None),
    ]),
    (OPTIONS[35], "a letter mark ends the reply", [
        ("Let me think. The doors are open. People are stepping in. So what happens next "
         "is that the doors close, i.e., option C.", "C"),
        ("I think the next thing is the conductor blowing the whistle, so D", "D"),
        ("The conductor will blow his whistle. D.", "D"), ("I am confident in D.", "D"),
        ("The likeliest is A.", "A"), ("The following event would be B.", "B"),
        ("The event that will happen next is C.", "C"), ("What will happen next is C.", "C"),
        ("What happens next is D.", "D"), ("The most likely thing to happen next is A.", "A"),
    ]),
    (OPTIONS[35], "a refusal names nothing", [
        ("Not enough information.", None), ("I cannot answer this question.", None),
        ("I'm unable to view the video, so I can't determine which of A, B, C, or D is "
         "correct.", None),
        ("I do not know the answer.", None), ("It's impossible to tell.", None),
        ("None of the options seem right.", None),
    ]),
    (OPTIONS[36], "a statement names the choice", [
        ("The triangle is moving toward the wall at constant speed, with nothing in "
         "between. By the rules of the scene it bounces off the wall. So the answer is A.", "A"),
        ("The blue triangle moves to the right, and the green circle is in its path. "
         "Therefore the blue triangle collides with the green circle. Answer: D", "D"),
        ("<think>right</think>\n\nThe answer is A.", "A"), ("答案：A", "A"), ("答案是 C", "C"),
        ("正确答案是 B。", "B"), ("选 D", "D"), ("我认为答案是A，因为三角形撞到墙。", "A"),
        ("因此选择A", "A"),
    ]),
    (OPTIONS[36], "the reply is an option's text", [
        ("the blue triangle shrinks", "C"), ("The blue triangle passes behind the box.", "B"),
        ("<think>right</think>The blue triangle bounces off the wall", "A"),
        ('{"answer": "The blue triangle shrinks"}', "C"),
    ]),
    (OPTIONS[36], "one option's text is quoted", [
        ("The triangle shrinks.", "C"), ("Blue triangle shrinks", "C"), ("shrinks", "C"),
        ("It shrinks", "C"), ("bounces off the wall", "A"), ("It bounces off the wall.", "A"),
        ("collides with the green circle", "D"),
        ("A blue triangle collides with a green circle", "D"), ("passes behind the box", "B"),
        ("The blue triangle does not shrink; the blue triangle bounces off the wall.", "A"),
        ("The blue triangle won't pass behind the box. It bounces off the wall.", "A"),
        ("<answer>bounces off the wall</answer>", "A"),
    ]),
    (OPTIONS[36], "no letter stands as a mark and no option is quoted", [
        ("The blue triangle bounces", None),
        ("The blue triangle passes behind the green box", None), ("blue triangle", None),
        ("The green circle", None), ("the wall", None),
        ("<answer>The blue triangle</answer>", None), ('{"answer": ""}', None),
    ]),
    (OPTIONS[36], "a letter mark opens the reply", [
        ("<think>The triangle is going right; the wall is near.</think><answer>A</answer>", "A"),
        ("<think>right</think>\n<answer>A. The blue triangle bounces off the wall</answer>", "A"),
        ("The triangle is going right.</think><answer>A</answer>", "A"), ("<answer>A", "A"),
        ("<answer>A<", "A"), ("<answer>A</an", "A"), ("<answer>C</answer><|endoftext|>", "C"),
        ("A。", "A"),
    ]),
    (OPTIONS[36], "thinking was never closed", [
        ("<think>The triangle is", None),
    ]),
    (OPTIONS[36], "the answer key holds the choice", [
        ('{"answer": "A"}', "A"), ('{"answer":"a"}', "A"),
        ('{"Answer": "A. The blue triangle bounces off the wall"}', "A"),
        ('{"thought": "moves to D", "answer": "A"}', "A"),
        ('```json\n{"answer": "C", "confidence": 0.7}\n```\nThe triangle gets smaller.', "C"),
    ]),
    (OPTIONS[36], "two choices, or a letter with another option's text", [
        ('{"answer": "A or B"}', None), ("A、B都有可能", None),
    ]),
    (OPTIONS[36], "a letter mark ends the reply", [
        ('{"result": "C"}', "C"),
    ]),
    (OPTIONS[36], "the box holds the choice", [
        ("\\boxed{A}", "A"), ("Therefore $\\boxed{D}$", "D"),
        ("The answer is \\boxed{\\text{C}}.", "C"),
        ("$\\boxed{C. The blue triangle shrinks}$", "C"),
    ]),
    (OPTIONS[36], "a refusal names nothing", [
        ("不确定", None),
    ]),
    (OPTIONS[37], "a statement names the choice", [
        ("In the video, the worker approaches a ladder and puts his foot on the first "
         "rung. This strongly suggests he will climb it next. Therefore, the answer is C.", "C"),
        ("The worker places his foot on the rung, so he will climb the ladder.\n\nAnswer: "
         "**C**", "C"),
        ("The correct answer is C. The worker climbs the ladder.\n\nThis can be inferred "
         "from his foot on the rung. A is incorrect because there is no box. B is "
         "incorrect because he holds no hammer.", "C"),
        ("To solve this, I'll consider each option.\n\nA: There's no box.\nB: There's no "
         "hammer.\nC: He's at the ladder.\nD: He isn't leaving.\n\nSo the best answer is "
         "C.", "C"),
        ("Option A is unlikely as there is no box. Option B is unlikely. Option C is the "
         "most plausible. Option D is unlikely.", "C"),
        ("He's about to climb the ladder. That is option C.", "C"), ("My prediction is C", "C"),
        ("I predict C.", "C"), ("I predict that the worker climbs the ladder.", "C"),
        ("Prediction → C", "C"), ("Thought: foot on rung.\nAction: answer\nAnswer: C", "C"),
        ("Thought: foot on rung. Answer: C", "C"), ("Rationale: foot on the rung.\nChoice: C", "C"),
        ("Explanation: the worker is at the ladder.\nOption: C", "C"),
        ("C is correct because the worker's foot is on the rung.", "C"),
        ("C is the correct answer because there's no box (A), no hammer (B), and he isn't "
         "leaving (D).", "C"),
        ("The answer is C, given the foot on the rung.", "C"), ("It has to be C.", "C"),
        ("It should be option C.", "C"), ("It must be (C).", "C"),
        ("The choice that fits is C.", "C"), ("The only plausible option is C.", "C"),
        ("The only option that makes sense is C", "C"),
        ("I was thinking D, however the answer is C.", "C"),
        ("At first glance it seems A, but the answer is C.", "C"), ("Not D. The answer: C", "C"),
        ("The answer is D... no, C.", "C"), ("D. Sorry, I meant C.", "C"),
        ("Answer: D\n\nCorrection: C", "C"),
        ("I can't watch the video, but based on the options I would choose C.", "C"),
    ]),
    (OPTIONS[37], "the reply is an option's text", [
        ("The worker climbs the ladder.", "C"),
    ]),
    (OPTIONS[37], "one option's text is quoted", [
        ("climbs the ladder", "C"),
        ("The worker climbs the ladder because his foot is on the rung.", "C"),
        ("He climbs the ladder.", "C"),
    ]),
    (OPTIONS[37], "a letter mark opens the reply", [
        ("C. climbs the ladder", "C"), ("C", "C"), ("C.", "C"), ("c)", "C"),
        ("[C] The worker climbs the ladder", "C"), ("C:", "C"), ("Option C.", "C"),
        ("option (c)", "C"), ("Possibly C", "C"), ("C (probably)", "C"), ("Probably C.", "C"),
        ("C, I think.", "C"), ("C I think", "C"), ("C, most likely", "C"), ("C maybe", "C"),
    ]),
    (OPTIONS[37], "no letter stands as a mark and no option is quoted", [
        ("The worker will climb the ladder.", None),
        ("A) No box visible.\nB) No hammer visible.\nC) Foot on ladder.\nD) Not leaving.", None),
        ("worker", None), ("The worker", None), ("ladder", None), ("The ladder", None),
        ("There's a worker at a site.", None), ("The worker is tired.", None), ("C?", None),
        ("C/D", None), ("C D", None),
    ]),
    (OPTIONS[37], "a letter mark ends the reply", [
        ("A) No box visible.\nB) No hammer visible.\nC) Foot on ladder — matches.\nD) Not "
         "leaving.\n\nFinal: C", "C"),
        ("He's about to climb the ladder, as in C.", "C"),
        ("He's about to climb the ladder (Option C).", "C"), ("My reasoning leads me to C.", "C"),
        ("Initially I considered A, but there's no box. So C.", "C"),
        ("A? There's no box. The right one is C.", "C"),
    ]),
    (OPTIONS[37], "two choices, or a letter with another option's text", [
        ("The worker drops the hammer? No, the worker climbs the ladder.", None),
        ("The worker lifts the box and climbs the ladder", None),
        ("The worker drops the hammer and leaves the site.", None), ("C and D", None),
        ("C or D", None), ("C, D", None), ("C or maybe D", None), ("The answer is C or D", None),
        ("Answer: C & D", None),
    ]),
    (OPTIONS[37], "a refusal names nothing", [
        ("I don't have access to the video.", None), ("It is unclear, but C is likely.", None),
        ("Hard to say; maybe the worker climbs the ladder", None), ("Cannot say.", None),
        ("Insufficient information to choose between C and D.", None),
    ]),
    (OPTIONS[37], "the letter is outside the options", [
        ("E", None), ("Answer: E", None), ("The correct answer is E", None), ("Z", None),
    ]),
    (OPTIONS[38], "the reply is an option's text", [
        ("A kite rises into the sky", "A"), ("A kite rises into the sky.", "A"),
        ("A boy ties his shoe", "B"), ("A boy ties his shoe.", "B"), ("A girl throws a stone", "C"),
        ("A dog swims across the lake", "D"), ("<answer>A boy ties his shoe</answer>", "B"),
        ("\\boxed{A boy ties his shoe}", "B"), ('{"answer": "A boy ties his shoe"}', "B"),
    ]),
    (OPTIONS[38], "a letter mark opens the reply", [
        ("A. A kite rises into the sky", "A"), ("B. A boy ties his shoe.", "B"), ("A", "A"),
        ("a) a kite rises into the sky", "A"), ("(a)", "A"), ("A: kite", "A"), ("A - kite", "A"),
        ("A because the wind is strong", "A"), ("A, because the wind is strong", "A"),
        ("A since the wind is strong", "A"), ("Option A because the wind is strong", "A"),
        ("So A.", "A"), ("<answer>A</answer>", "A"), ("<answer>a</answer>", "A"),
    ]),
    (OPTIONS[38], "one option's text is quoted", [
        ("A girl throws a stone into the lake.", "C"), ("The boy ties his shoe.", "B"),
        ("boy ties his shoe", "B"), ("The dog swims across the lake.", "D"),
        ("In the clip, a girl throws a stone.", "C"),
    ]),
    (OPTIONS[38], "no letter stands as a mark and no option is quoted", [
        ("A dog swims", None), ("A dog", None), ("A kite", None), ("A boy", None),
        ("A boy is standing next to a girl, a dog is near the lake.", None), ("A cat sleeps", None),
    ]),
    (OPTIONS[38], "a statement names the choice", [
        ("The answer is A boy ties his shoe.", "B"),
        ("The answer is A. A kite rises into the sky.", "A"), ("The answer is A", "A"),
        ("The answer is: A dog swims across the lake", "D"), ("Answer: A girl throws a stone", "C"),
        ("Answer: A", "A"), ("Answer: A.", "A"),
        ("A boy is standing next to a girl. A kite is on the ground. The wind is strong, "
         "so the answer is A.", "A"),
        ("A boy is standing next to a girl. The answer is B", "B"), ("A is correct", "A"),
        ("A is the answer", "A"), ("I choose A", "A"), ("I choose A because of the wind", "A"),
        ("I think A", "A"), ("I think it is A.", "A"), ("Therefore, A is correct.", "A"),
        ("The correct answer is A, since the wind is strong.", "A"),
        ("The correct answer is A based on the wind", "A"),
        ("The correct answer is a kite rises into the sky", "A"), ("the answer is a", "A"),
        ("the correct answer is a.", "A"),
    ]),
    (OPTIONS[38], "the box holds the choice", [
        ("\\boxed{A}", "A"),
    ]),
    (OPTIONS[38], "the answer key holds the choice", [
        ('{"answer": "A"}', "A"),
    ]),
    (OPTIONS[39], "one option's text is quoted", [
        ("It grows", "A"), ("it shrinks", "B"), ("The circle moves up.", "C"), ("up", "C"),
        ("down", "D"), ("It moves down", "D"), ("The circle shrinks in size.", "B"),
        ("It doesn't grow; it shrinks.", "B"), ("It neither grows nor shrinks; it moves up.", "C"),
    ]),
    (OPTIONS[39], "no letter stands as a mark and no option is quoted", [
        ("moves", None), ("It moves", None), ("The circle does not move.", None),
    ]),
    (OPTIONS[39], "two choices, or a letter with another option's text", [
        ("It moves up and down", None), ("It grows and moves up", None),
    ]),
    (OPTIONS[39], "a letter mark opens the reply", [
        ("D. moves down", "D"), ("B) shrinks", "B"),
    ]),
    (OPTIONS[39], "a letter mark ends the reply", [
        ("down (D)", "D"),
    ]),
    (OPTIONS[39], "the reply is an option's text", [
        ("Moves Up", "C"), ("MOVES DOWN", "D"),
    ]),
    (OPTIONS[40], "a letter mark opens the reply", [
        ("A.", "A"), ("B. The surfer rides the wave.", "B"),
        ("**B. The surfer rides the wave**", "B"), ("A, not B, is correct.", "A"),
        ("Option D is supported by the frames.", "D"), ("D is what I would choose.", "D"),
        ("Okay, D", "D"), ("D!", "D"), ("D :)", "D"), ("D\n.", "D"), ("D D", "D"), ("D\n\nD", "D"),
        ("<think>He's stable.</think>\n\n**B**", "B"),
        ("<think>He's stable. B</think> <answer> B </answer>", "B"),
        ("<answer>B) The surfer rides the wave</answer>", "B"), ("<answer>B</answer><answer>", "B"),
    ]),
    (OPTIONS[40], "the reply is an option's text", [
        ("The surfer rides the wave.", "B"),
        ("<answer>The surfer falls into the water</answer>", "A"),
    ]),
    (OPTIONS[40], "a statement names the choice", [
        ("The correct answer is B.", "B"), ("The answer is B. The surfer rides the wave.", "B"),
        ("Based on the video content, the surfer is paddling and standing up on the board "
         "as the wave forms. It is most likely that the surfer will ride the wave. "
         "Therefore, the correct answer is B.", "B"),
        ("Given the sequence of frames, the surfer appears to lose balance. The next "
         "event is likely to be the surfer falling into the water.\n\nThus, the answer is "
         "**A**.", "A"),
        ("Let's break it down:\n1. **Surfer's posture**: standing.\n2. **Wave**: "
         "forming.\n\nTherefore, the most plausible next event is:\n\n**B. The surfer "
         "rides the wave**", "B"),
        ("To predict what happens next:\n\n**A. The surfer falls into the water** – "
         "possible, but he seems stable.\n**B. The surfer rides the wave** – very "
         "likely.\n**C. The surfer waves at the camera** – unlikely.\n**D. The surfer "
         "carries the board away** – unlikely.\n\n**Answer: B**", "B"),
        ("To predict what happens next:\n\n**A. The surfer falls into the water** – "
         "possible, but he seems stable.\n**B. The surfer rides the wave** – very "
         "likely.\n**C. The surfer waves at the camera** – unlikely.\n**D. The surfer "
         "carries the board away** – unlikely.\n\nOverall, option B is the best choice.", "B"),
        ('The most likely next event is "The surfer rides the wave."', "B"),
        ("I predict the surfer rides the wave.", "B"),
        ("The answer is not C. The answer is D.", "D"), ("I don't think it's C. It's D.", "D"),
        ("While B seems attractive, the answer is A.", "A"),
        ("Though many might answer B, A is correct.", "A"),
        ("B is tempting but A is the correct choice.", "A"),
        ("Option D is consistent with the frames.", "D"), ("The correct response is D.", "D"),
        ("The appropriate answer is D", "D"), ("I have to choose D.", "D"),
        ("I must choose D", "D"), ("I will answer D.", "D"), ("I answer D", "D"),
        ("I am choosing D", "D"), ("We can conclude that the answer is D.", "D"),
        ("We can conclude D.", "D"), ("That makes D the answer.", "D"),
        ("This makes D the best answer", "D"), ("This makes option D correct.", "D"),
        ("which makes D the most likely answer.", "D"),
        ("Answer: (D) The surfer carries the board away", "D"), ("Answer : D", "D"),
        ("Answer;D", "D"), ("answer is: (d)", "D"), ("[Answer] D", "D"), ("[Answer]: D", "D"),
        ("(Answer: D)", "D"), ("Final answer - D", "D"), ("Final answer is D.", "D"),
        ("FINAL ANSWER: D", "D"), ("Final Answer:\nD", "D"), ("Final Answer: \\(D\\)", "D"),
        ("**Final Answer:** (D)", "D"), ("The final answer is (D).", "D"),
        ("The final answer is: D. The surfer carries the board away", "D"),
        ("Thus final answer D", "D"), ("Hmm, D.", "D"), ("Well, I'd say D.", "D"),
    ]),
    (OPTIONS[40], "a letter mark ends the reply", [
        ("Observing the frames: (1) the surfer paddles, (2) the surfer stands up, (3) the "
         "wave lifts the board. What comes next is riding. So B.", "B"),
        ("Not C, not D. B.", "B"), ("It isn't A, so B.", "B"),
        ("The frames support option D.", "D"), ("I'd like to choose D.", "D"),
        ("This leads to D.", "D"), ("This leads us to option D.", "D"),
    ]),
    (OPTIONS[40], "one option's text is quoted", [
        ('The surfer is standing, so "The surfer rides the wave" is the most likely next '
         "event.", "B"),
        ("Next, the surfer falls into the water.", "A"), ("falls into the water", "A"),
        ("rides the wave", "B"), ("waves at the camera", "C"),
        ("surfer carries the board away", "D"), ("He carries the board away", "D"),
        ("A surfer rides the wave", "B"), ("<answer>rides the wave</answer>", "B"),
    ]),
    (OPTIONS[40], "no letter stands as a mark and no option is quoted", [
        ("The surfer will fall into the water.", None), ("The surfer waves", None),
        ("The surfer is surfing.", None), ("The video shows a surfer in the ocean.", None),
        ("A surfer is riding a big wave in the sea.", None), ("A man is surfing", None),
        ("C is not right; D is.", None), ("Uh, D?", None), ("I refuse to answer.", None),
        ("No video was provided.", None), ("Could you share the frames?", None),
        ("It's a tie between A and B.", None), ("Either B or D.", None), ("A B", None),
        ("a b c d", None), ("abcd", None), ("A&B", None), ("<answer>A B C D</answer>", None),
        ("<answer>none</answer>", None),
    ]),
    (OPTIONS[40], "one option is mentioned by its letter", [
        ("After reviewing all options, option D aligns best with the clip.", "D"),
        ("Option D aligns with the clip.", "D"),
    ]),
    (OPTIONS[40], "a refusal names nothing", [
        ("I'm not able to determine that from the video.", None),
        ("As a language model I can't watch it.", None),
    ]),
    (OPTIONS[40], "two choices, or a letter with another option's text", [
        ("A and B are equally likely.", None), ("B and D are possible.", None),
        ("All four options (A, B, C, D) are plausible.", None), ("I'd rank them B, A, D, C.", None),
        ("B > A > D > C", None), ("(A)(B)(C)(D)", None), ("A;B;C;D", None), ("[A, B]", None),
    ]),
    (OPTIONS[40], "thinking was never closed", [
        ("<think>He's stable", None),
    ]),
    (OPTIONS[41], "the reply is an option's text", [
        ("Whisking the mixture", "C"), ("whisking the mixture.", "C"),
    ]),
    (OPTIONS[41], "no letter stands as a mark and no option is quoted", [
        ("whisking", None), ("Pour milk into the bowl", None), ("the pan", None),
    ]),
    (OPTIONS[41], "one option's text is quoted", [
        ("The person is cracking the eggs.", "B"),
        ("The person will next be whisking the mixture.", "C"),
        ("Cracking the eggs comes next", "B"), ("It's heating the pan", "D"),
    ]),
    (OPTIONS[41], "a statement names the choice", [
        ("The next step is cracking the eggs.", "B"), ("The next step is Heating the pan", "D"),
        ("Next step: heating the pan.", "D"),
        ("The person has finished cracking the eggs, so the answer is C.", "C"),
    ]),
    (OPTIONS[41], "a letter mark opens the reply", [
        ("C. whisking", "C"), ("B: Cracking the eggs", "B"),
    ]),
    (OPTIONS[41], "a letter mark ends the reply", [
        ("Heating the pan (D)", "D"),
        ("The person has poured milk and cracked eggs. Next comes C.", "C"),
    ]),
    (OPTIONS[41], "two choices, or a letter with another option's text", [
        ("Cracking the eggs, then whisking the mixture", None),
    ]),
    (OPTIONS[42], "the reply is an option's text", [
        ("once", "A"), ("Twice.", "B"), ("Never", "D"),
    ]),
    (OPTIONS[42], "one option's text is quoted", [
        ("The ball bounces three times.", "C"), ("It never bounces.", "D"),
        ("It bounces twice", "B"),
    ]),
    (OPTIONS[42], "a letter mark opens the reply", [
        ("B. twice", "B"), ("C, three times", "C"),
    ]),
    (OPTIONS[42], "a statement names the choice", [
        ("The answer is twice.", "B"),
    ]),
    (OPTIONS[42], "no letter stands as a mark and no option is quoted", [
        ("3 times", None),
    ]),
    (OPTIONS[42], "two choices, or a letter with another option's text", [
        ("once or twice", None),
    ]),
    (OPTIONS[43], "the reply is an option's text", [
        ("The yellow square grows", "A"), ("the yellow square shrinks.", "B"),
    ]),
    (OPTIONS[43], "one option's text is quoted", [
        ("grows", "A"), ("It shrinks.", "B"), ("The square grows", "A"),
        ("The yellow square does not grow, it shrinks.", "B"), ("the answer is grows", "A"),
    ]),
    (OPTIONS[43], "a letter mark opens the reply", [
        ("B", "B"), ("a", "A"), ("A yellow square grows.", "A"),
    ]),
    (OPTIONS[43], "no letter stands as a mark and no option is quoted", [
        ("The yellow square", None), ("Neither", None), ("yellow", None), ("grow", None),
    ]),
    (OPTIONS[43], "two choices, or a letter with another option's text", [
        ("the yellow square grows and shrinks", None), ("A or B", None),
    ]),
    (OPTIONS[43], "a statement names the choice", [
        ("The answer is B", "B"),
    ]),
    (OPTIONS[44], "a letter mark opens the reply", [
        ("A", "A"), ("B", "B"), ("C.", "C"), ("D\n", "D"), ("A. The bus stops at the station", "A"),
        ("B) The cyclist overtakes the bus", "B"), ("(C) The pedestrian waits at the curb", "C"),
        ("D: The bus turns around", "D"), ("C, because the pedestrian is standing still.", "C"),
        ("C. The pedestrian is standing still.", "C"),
        ("C - the pedestrian is standing still", "C"),
        ("C (the pedestrian is standing still)", "C"), ("Then C.", "C"),
        ("<think>The bus slows. A.</think>\n<answer>A</answer>", "A"),
        ("<think>The bus slows.</think>\n<answer>A. The bus stops at the station</answer>", "A"),
        ("The bus slows, so A\n</think>\n\nA", "A"), ("<answer>D.</answer>", "D"),
        ("<answer>d</answer>", "D"), ("<answer> (D) </answer>", "D"), ("D。因为公交车掉头", "D"),
    ]),
    (OPTIONS[44], "the reply is an option's text", [
        ("The bus stops at the station.", "A"), ("The cyclist overtakes the bus", "B"),
        ("the pedestrian waits at the curb", "C"), ("<answer>The bus turns around</answer>", "D"),
    ]),
    (OPTIONS[44], "one option's text is quoted", [
        ("bus turns around", "D"), ("What happens next is that the bus turns around.", "D"),
        ("In the next moments, the bus turns around.", "D"), ("The bus turns around next.", "D"),
        ("Turns around", "D"), ("A bus turns around.", "D"), ("A cyclist overtakes the bus.", "B"),
        ("The bus does not stop. The cyclist overtakes the bus.", "B"),
    ]),
    (OPTIONS[44], "a statement names the choice", [
        ("The correct answer is A. The bus stops at the station.", "A"),
        ("The correct answer is:\n\nA. The bus stops at the station", "A"),
        ("The correct answer is **A**: The bus stops at the station.", "A"),
        ("The answer is A: The bus stops at the station", "A"),
        ("Answer: A. The bus stops at the station", "A"),
        ("Based on the video, the bus is slowing down near the station. Therefore, the "
         "most likely next event is that the bus stops at the station. The answer is A.", "A"),
        ("The bus is slowing down and its indicator is on, approaching a marked station. "
         "The cyclist is behind and does not accelerate. Therefore, the correct answer is "
         "(A).", "A"),
        ("The image sequence shows a bus approaching the station, while a cyclist rides "
         "beside it. The cyclist accelerates past the bus. So, the most plausible next "
         "event is B: The cyclist overtakes the bus.", "B"),
        ("I'll analyze the sequence step by step.\n\n**Frames 1-3:** The bus "
         "approaches.\n**Frames 4-6:** The bus slows.\n\nThe deceleration indicates that "
         "the bus stops at the station.\n\n**Answer: A**", "A"),
        ("Looking at the progression of frames, I can see that a bus is moving along a "
         "street. A pedestrian stands on the curb. The bus's brake lights are lit.\n\nThe "
         "most likely continuation is **A. The bus stops at the station**.", "A"),
        ("Looking at the progression of frames, a cyclist comes up from behind.\n\nOption "
         "A is unlikely because the bus isn't slowing.\nOption C is irrelevant.\nOption D "
         "is impossible on this street.\n\nTherefore, option B is the most likely.", "B"),
        ("Here is my reasoning:\n- The bus is accelerating, so A is out.\n- The street is "
         "narrow, so D is out.\n- The pedestrian has already crossed, so C is "
         "out.\n\nThat leaves B.", "B"),
        ("The pedestrian is standing still at the curb. I would answer C.", "C"),
        ("Considering the options, C is the most consistent with the frames.", "C"),
        ("My final choice is C.", "C"), ("I believe C is correct.", "C"),
        ("I believe that C is the right answer.", "C"), ("I'm leaning towards C.", "C"),
        ("It's C, the pedestrian waits at the curb.", "C"), ("So it's C", "C"), ("Answer → C", "C"),
        ("The next event: C", "C"),
        ("The next event is that the pedestrian waits at the curb.", "C"), ("Next event: (C)", "C"),
        ("I expect the bus turns around.", "D"), ("Not sure, but I'd go with D.", "D"),
        ("It's hard to tell, but I would guess that the answer is D.", "D"),
        ("I can't say for sure; D seems most likely.", "D"),
        ("<think>\n\n</think>\n\nThe answer is D", "D"), ("答案是D。", "D"), ("选择D", "D"),
        ("正确答案：D", "D"), ("I initially considered A, but the answer is D.", "D"),
        ("A seems plausible, but D is better.", "D"), ("It's not A; it's D.", "D"),
        ("The answer is D rather than A.", "D"), ("The answer is A... wait, it should be D.", "D"),
        ("Hmm, A? No, I think it's D.", "D"),
        ("Question: What happens next?\nA. The bus stops at the station\nB. The cyclist "
         "overtakes the bus\nC. The pedestrian waits at the curb\nD. The bus turns "
         "around\nAnswer: B. The cyclist overtakes the bus", "B"),
        ("Options: (A) The bus stops at the station; (B) The cyclist overtakes the bus; "
         "(C) The pedestrian waits at the curb; (D) The bus turns around.\nI pick (B).", "B"),
    ]),
    (OPTIONS[44], "a letter mark ends the reply", [
        ("I'm inclined to choose C.", "C"), ("Not A. D.", "D"),
    ]),
    (OPTIONS[44], "no letter stands as a mark and no option is quoted", [
        ("The bus turns", None), ("The bus", None), ("Bus stops", None), ("cyclist", None),
        ("A bus is on the road.", None), ("A cyclist is passing.", None),
        ("The bus doesn't turn around.", None), ("ABCD", None),
        ("A. The bus stops at the station B. The cyclist overtakes the bus C. The "
         "pedestrian waits at the curb D. The bus turns around", None),
    ]),
    (OPTIONS[44], "two choices, or a letter with another option's text", [
        ("The bus stops at the station, and then the pedestrian waits at the curb.", None),
        ("Either the bus stops at the station or the bus turns around.", None), ("A and B", None),
        ("A or C", None), ("The answer is A or C.", None), ("A, B, C, D", None),
    ]),
    (OPTIONS[44], "the letter is outside the options", [
        ("E", None), ("The answer is E.", None),
    ]),
    (OPTIONS[44], "a refusal names nothing", [
        ("None of the above.", None), ("I don't know.", None),
        ("I'm not able to view the video.", None),
        ("I cannot determine the answer without seeing the video.", None),
    ]),
    (OPTIONS[44], "thinking was never closed", [
        ("<think>The bus slows... is it B? Or C", None),
    ]),
    (OPTIONS[44], "the box holds the choice", [
        ("<answer>\\boxed{D}</answer>", "D"), ("\\boxed{D}", "D"),
        ("The final answer is $\\boxed{D}$.", "D"),
        ("\\boxed{\\text{D. The bus turns around}}", "D"),
    ]),
    (OPTIONS[44], "the answer key holds the choice", [
        ('{"answer": "D"}', "D"), ('{"answer": "D", "reason": "A is wrong"}', "D"),
        ('```json\n{"reason": "it is B or D", "answer": "D"}\n```', "D"),
    ]),
    (OPTIONS[45], "one option's text is quoted", [
        ("falls off the ramp", "A"), ("It falls off the ramp.", "A"), ("stays on the ramp", "B"),
        ("The sphere stays on the ramp because it has no speed.", "B"),
        ("It rolls up the ramp", "C"), ("The ball rolls up the ramp.", "C"),
        ("The sphere is rolling. It falls off the ramp.", "A"),
        ("It does not fall off; it stays on the ramp.", "B"),
        ("The answer: stays on the ramp", "B"),
    ]),
    (OPTIONS[45], "no letter stands as a mark and no option is quoted", [
        ("The sphere falls off.", None), ("the ramp", None),
        ("The sphere rolls down the ramp", None), ("The sphere will stay on the ramp", None),
        ("off the ramp", None), ("A sphere rolls.", None), ("ramp", None),
    ]),
    (OPTIONS[45], "a statement names the choice", [
        ("The answer is B, it stays on the ramp.", "B"),
    ]),
    (OPTIONS[45], "a letter mark opens the reply", [
        ("B (stays on the ramp)", "B"), ("a sphere falls off the ramp", "A"), ("A. falls", "A"),
        ("c. rolls up", "C"),
    ]),
    (OPTIONS[45], "a letter mark ends the reply", [
        ("stays on the ramp (B)", "B"), ("stays on the ramp, B", "B"),
    ]),
    (OPTIONS[45], "the letter is outside the options", [
        ("D", None),
    ]),
    (OPTIONS[45], "two choices, or a letter with another option's text", [
        ("The sphere falls off the ramp or stays on the ramp.", None),
    ]),
    (OPTIONS[46], "a statement names the choice", [
        ("The answer is A. The baker has already shaped the loaves and the oven is hot.", "A"),
        ("Since the loaves are shaped and the oven is open, the baker will put them in. "
         "Answer: A", "A"),
        ("Shaped loaves + open oven = baking. So the best answer is A.", "A"),
        ("**Step 1:** The dough is shaped.\n**Step 2:** The oven is "
         "open.\n**Conclusion:** The baker puts the dough in the oven (A).", "A"),
        ("I would pick option D since the work is done.", "D"),
        ("My answer is D because the work is done.", "D"),
        ("Since the work is done, the answer must be D.", "D"),
        ("The work is done, so I choose (D).", "D"),
        ("The work is done. Option D is thus the most likely.", "D"),
        ("Therefore, Option D is the most suitable.", "D"), ("The most fitting option is D.", "D"),
        ("Option D fits best.", "D"), ("D seems right.", "D"), ("D sounds right.", "D"),
        ("The answer seems to be D.", "D"), ("The answer appears to be D", "D"),
        ("The answer must be D", "D"), ("The answer has to be D", "D"),
        ("The answer will be D", "D"), ("I'd answer: D", "D"), ("I'd say the answer is D", "D"),
        ("I am sure that the answer is D.", "D"), ("I'm certain it's D.", "D"),
        ("There is no doubt that D is correct.", "D"), ("Correct answer is D", "D"),
        ("correct option is (d)", "D"), ("Right answer: D", "D"),
        ("A is not correct because the oven is closed. B is correct.", "B"),
        ("A, C and D are wrong, so the answer is B.", "B"),
        ("It's neither A nor D. C is the answer.", "C"),
        ("I exclude A and B. Between C and D I go for C.", "C"),
        ("I first thought B. However, C is more likely.", "C"),
        ("B looked good at first, but I'm going with C.", "C"), ("B? Hmm, no. C.", "C"),
        ("Scratch that, C", "C"), ("B, no wait, C.", "C"), ("I change my answer to C.", "C"),
        ("<answer>I think it's B</answer>", "B"), ("The answer is $D$.", "D"), ("因此答案选D", "D"),
        ("综上，选D。", "D"), ("正确的选项是D", "D"),
    ]),
    (OPTIONS[46], "a letter mark ends the reply", [
        ("The loaves are shaped and the oven is open. The natural next step is to bake. A.", "A"),
        ("Given that the work is done, D.", "D"), ("The work is done; hence D.", "D"),
        ("Without a doubt, D.", "D"), ("Let me reconsider. C.", "C"),
    ]),
    (OPTIONS[46], "one option's text is quoted", [
        ("The baker puts the dough in the oven. This follows from the open oven door.", "A"),
        ("Among these, the baker puts the dough in the oven is the most likely.", "A"),
        ("After kneading, the baker puts the dough in the oven.", "A"), ("kneads the dough", "B"),
        ("The baker kneads dough", "B"), ("He kneads the dough.", "B"),
        ("A baker eats a slice of bread", "C"), ("eats a slice of bread", "C"),
        ("cleans the counter", "D"), ("Baker cleans the counter.", "D"),
        ("the baker cleans the counter and leaves", "D"),
    ]),
    (OPTIONS[46], "a letter mark opens the reply", [
        ("B. The baker kneads the dough. The dough is still rough.", "B"),
        ("B. Kneading continues.", "B"), ("B) Kneading", "B"), ("Option B: kneads the dough", "B"),
        ("D is the most fitting.", "D"),
        ("<think>dough... oven... A</think><answer>A</answer>", "A"),
        ("<think>dough</think>A. The baker puts the dough in the oven", "A"),
        ("dough</think>\n<answer>(B)</answer>", "B"),
        ("<answer>B: The baker kneads the dough.</answer>", "B"), ("<answer>B\n", "B"),
        ("**D**", "D"), ("**(D)**", "D"), ("***D***", "D"),
        ("D\n\nExplanation: the counter is dirty. A, B and C do not fit.", "D"),
        ("D. A, B and C do not fit.", "D"), ("D选项", "D"), ("选项D", "D"),
    ]),
    (OPTIONS[46], "no letter stands as a mark and no option is quoted", [
        ("The baker is kneading the dough.", None), ("Kneading", None), ("the dough", None),
        ("The baker", None), ("bread", None), ("The answer is neither A nor B.", None),
        ("I can't choose between A and C.", None), ("The video is too dark to tell.", None),
        ("Unfortunately, the video cannot be played.", None), ("The answer is not visible.", None),
        ("There's a baker in a kitchen.", None), ("A baker works with dough.", None),
    ]),
    (OPTIONS[46], "two choices, or a letter with another option's text", [
        ("A, C and D are not supported; B is.", None), ("Maybe A, maybe B.", None),
        ("A and C seem plausible.", None), ("A, B, or C", None),
    ]),
    (OPTIONS[46], "a refusal names nothing", [
        ("Any of the options.", None), ("I have no idea.", None), ("Sorry, I don't know.", None),
        ("我不知道", None),
    ]),
    (OPTIONS[46], "the letter is outside the options", [
        ("F.", None), ("The answer is G", None),
    ]),
    (OPTIONS[46], "thinking was never closed", [
        ("<think>dough, so A is the answer", None),
    ]),
    (OPTIONS[46], "the reply is an option's text", [
        ("<answer>The baker kneads the dough</answer>", "B"),
    ]),
    (OPTIONS[46], "the answer key holds the choice", [
        ('{"answer":"D","confidence":"high"}', "D"),
        ('{\n "reasoning": "The counter is dirty.",\n "answer": "D. The baker cleans the '
         'counter"\n}', "D"),
    ]),
    (OPTIONS[46], "the box holds the choice", [
        ("$\\boxed{D}$", "D"),
    ]),
    (OPTIONS[47], "one option's text is quoted", [
        ("up", "A"), ("It moves up.", "A"), ("It vanishes", "D"),
        ("It does not move up, it moves down.", "B"), ("The red cube moves up.", "A"),
        ("The cube won't grow; it vanishes.", "D"), ("The answer is grows.", "C"),
    ]),
    (OPTIONS[47], "the reply is an option's text", [
        ("The cube moves down", "B"), ("The cube grows.", "C"),
    ]),
    (OPTIONS[47], "no letter stands as a mark and no option is quoted", [
        ("It goes up", None), ("vanish", None), ("The cube moves", None), ("the cube", None),
        ("The cube will move up.", None),
    ]),
    (OPTIONS[47], "two choices, or a letter with another option's text", [
        ("The cube moves up and grows", None), ("The cube grows, then it vanishes.", None),
    ]),
    (OPTIONS[47], "a letter mark opens the reply", [
        ("C. grows", "C"), ("B: down", "B"),
    ]),
    (OPTIONS[47], "a letter mark ends the reply", [
        ("grows (C)", "C"),
    ]),
    (OPTIONS[48], "a letter mark opens the reply", [
        ("C", "C"), ("C. The fish eats the food", "C"), ("**C**", "C"), ("(C)", "C"), ("c", "C"),
        ("Option C", "C"), ("A fish swims to the left.", "A"), ("A. The fish swims left.", "A"),
        ("C, since the fish sees the food", "C"), ("C: The fish sees the food.", "C"),
        ("<think>Food... so C.</think>\n<answer>C</answer>", "C"),
        ("Food... so C.</think><answer>C</answer>", "C"),
        ("<answer>C. The fish eats the food.</answer>", "C"), ("<answer>C", "C"),
        ("C because it is hungry", "C"), ("C - hungry fish", "C"), ("Likely C.", "C"),
        ("Most likely C", "C"), ("Thus, C.", "C"),
    ]),
    (OPTIONS[48], "the reply is an option's text", [
        ("The fish eats the food.", "C"),
        ("<think>Is it A? No. C.</think>\n\nThe fish eats the food.", "C"),
        ("<answer>The fish eats the food</answer>", "C"),
        ('{"answer": "The fish eats the food", "confidence": 0.9}', "C"),
    ]),
    (OPTIONS[48], "a statement names the choice", [
        ("The answer is C.", "C"), ("Answer: C", "C"),
        ("The correct answer is C. The fish eats the food.", "C"),
        ("Food flakes fall into the tank and the fish turns toward them. The most likely "
         "next event is that the fish eats the food. Therefore, the answer is C.", "C"),
        ("Food flakes are falling into the tank. The fish is oriented toward the "
         "flakes.\n\n**Answer: C**", "C"),
        ("The fish turned towards the rock after a shadow appeared. Fish usually hide "
         "when threatened, so I'd choose B.", "B"),
        ("In this video, we see a fish tank with one fish. The fish swims slowly near the "
         "surface. Based on this, the answer is D: The fish jumps out of the water.", "D"),
        ("To answer this, consider the motion: the fish heads left with constant speed; "
         "nothing is in its way. Final answer: A", "A"),
        ("Considering the motion, A is the most plausible answer.", "A"),
        ("Considering the motion, (A) seems the most plausible.", "A"),
        ("A is plausible, but C is more plausible, given the food.", "C"),
        ("B and D are implausible. A is possible. C is the best answer.", "C"),
        ("Options B and D can be ruled out. Between A and C, the food makes C more likely.", "C"),
        ("The answer is not A since the fish faces right. The answer is C.", "C"),
        ("It isn't A. It isn't B. It's C.", "C"), ("I doubt it's A. The answer is C.", "C"),
        ("I'm sorry, I cannot view the video, but C seems most likely.", "C"),
        ("I can't be certain, but I think the answer is C.", "C"), ("答案：C", "C"), ("选C。", "C"),
        ("答案是（C）", "C"), ("正确答案是C，因为鱼看到了食物", "C"),
        ("A. The fish swims to the left\nB. The fish hides under the rock\nC. The fish "
         "eats the food\nD. The fish jumps out of the water\n\nThe correct option is C.", "C"),
        ("A: The fish faces right, so no.\nB: No threat visible.\nC: Food is near.\nD: "
         "Rare.\nThe best option is C.", "C"),
        ("The answer is A. Actually no, the fish faces the food. The answer is C.", "C"),
        ("My first guess was A, but the right answer is C.", "C"),
        ("Answer: C because it is hungry", "C"), ("Answer: C (hungry fish)", "C"),
        ("The answer is C, because it is hungry and A is less likely.", "C"), ("I think C", "C"),
        ("I think it's C.", "C"), ("I believe the answer is C", "C"), ("I would say C.", "C"),
        ("So the answer is C", "C"), ("Therefore, the correct answer is C.", "C"),
        ("Hence, the answer is (C).", "C"), ("Final answer: C", "C"),
        ("Final Answer: (C) The fish eats the food", "C"),
    ]),
    (OPTIONS[48], "one option's text is quoted", [
        ("The fish turned towards the rock after a shadow appeared. This suggests that "
         "the fish hides under the rock.", "B"),
        ("A fish jumps out of the water", "D"), ("eats the food", "C"),
        ("hides under the rock.", "B"), ("It hides under the rock.", "B"),
        ("The fish doesn't hide under the rock. The fish eats the food.", "C"),
    ]),
    (OPTIONS[48], "no letter stands as a mark and no option is quoted", [
        ("A fish swims in a tank. There is some food at the top.", None), ("A fish", None),
        ("Fish", None), ("The fish eats", None), ("swims left", None), ("A/C", None),
        ("Both B and C.", None), ("It's either B or C.", None),
        ("A. The fish swims to the left\nB. The fish hides under the rock\nC. The fish "
         "eats the food\nD. The fish jumps out of the water", None),
        ("A: The fish faces right, so no.\nB: No threat visible.\nC: Food is near.\nD: "
         "Rare.", None),
        ("The fish does not eat the food.", None),
    ]),
    (OPTIONS[48], "a letter mark ends the reply", [
        ("1) The fish sees the food. 2) It turns. So C.", "C"),
        ("The fish sees the food; thus (C).", "C"), ("The fish sees food, so it will eat. C", "C"),
        ("The fish sees food → C", "C"), ("Not A, B or D, so C.", "C"),
        ("Initially A, but after reviewing the frames, C.", "C"),
    ]),
    (OPTIONS[48], "two choices, or a letter with another option's text", [
        ("A or C.", None), ("B, C, D", None), ("<answer>B or C</answer>", None),
        ("The fish eats the food or the fish hides under the rock.", None),
        ("The fish swims to the left and eats the food.", None),
    ]),
    (OPTIONS[48], "a refusal names nothing", [
        ("I can't tell.", None), ("Cannot be determined.", None), ("None of the options.", None),
        ("No idea!", None), ("I'm sorry, I cannot view the video.", None),
    ]),
    (OPTIONS[48], "the letter is outside the options", [
        ("E. Something else", None),
    ]),
    (OPTIONS[48], "thinking was never closed", [
        ("<think>Food... so C.", None),
    ]),
    (OPTIONS[48], "the box holds the choice", [
        ("\\boxed{C}", "C"), ("The answer is $\\boxed{\\text{C}}$", "C"),
    ]),
    (OPTIONS[48], "the answer key holds the choice", [
        ('{"answer": "C"}', "C"), ('```json\n{"answer": "C"}\n```', "C"),
    ]),
]

# a reply and the probability that it states
CONFIDENCES: list[tuple[str, float | None]] = [
    ("0.8", 0.8), (".8", 0.8), ("80%", 0.8), ("80 %", 0.8), ("confidence: 0.8", 0.8),
    ("Confidence: 80%", 0.8), ("Probability: 85 percent", 0.85), ("8/10", 0.8),
    ("8 out of 10", 0.8), ('{"confidence": 0.8}', 0.8), ('{"probability": "80%"}', 0.8),
    ('{"answer": "B", "confidence": 0.65}', 0.65), ("I am 90% sure", 0.9),
    ("I'm about 70% confident that B is right.", 0.7), ("<confidence>0.4</confidence>", 0.4),
    ("<answer>0.3</answer>", 0.3), ("<answer>B</answer> Confidence: 80%", 0.8),
    ("<confidence>75</confidence>", 0.75), ("confidence: 80", 0.8), ("80", None), ("3", None),
    ("confidence: 3", None), ("150%", None), ("-0.2", None), ("1.7", None),
    ("confidence: 1.7", None), ("confidence: 150%", None), ("2. B", None), ("1", 1.0), ("0", 0.0),
    ("1.0", 1.0), ("0%", 0.0), ("100%", 1.0), ("confidence: 1", 1.0), ("", None), ("none", None),
    ("I don't know", None), ("0.3 or 0.7", None), ("between 60% and 70%", None), ("60-70%", None),
    ("confidence: 60-70%", None), ("Confidence: 0.6. On reflection, confidence: 0.4", 0.4),
    ("<think>confidence: 0.9</think>confidence: 0.2", 0.2), ("<think>0.9", None),
    ("reasoning 0.9</think>0.2", 0.2), ("信心：80%", 0.8), ("概率是0.7", 0.7), ("百分之八十", None),
    ("百分之80", 0.8), ("\\boxed{0.75}", 0.75), ("$\\boxed{75\\%}$", 0.75),
    ("**Confidence:** 0.9", 0.9), ("Confidence (0-1): 0.85", 0.85),
    ("Confidence (0-100): 85", 0.85), ("On a scale of 0 to 100, my confidence is 5", 0.05),
    ("Confidence score: 0.55", 0.55), ("My confidence in this answer is 0.62.", 0.62),
    ("The probability that the ball hits the wall is 0.35.", 0.35),
    ("There is a 25% chance that it falls.", 0.25), ("B (80%)", 0.8),
    ("The ball stops at 1.5 s, so 0.7", 0.7), ("0.5 seconds", None), ("I'm not 90% sure", None),
    ("P(yes) = 0.9", 0.9), ("Likelihood: 3/4", 0.75), ("10/8", None), ("~0.8", 0.8), ("0.80", 0.8),
    ("０．８", 0.8), ("80％", 0.8), ("confidence - 0.8", 0.8), ("Confidence: high", None),
    ("Certainty: .95", 0.95), ("0,8", 0.8),
    ("I think it is 0.8 because at frame 3 the ball stops.", 0.8), ("1e-2", None),
    ("confidence: 95.5%", 0.955), ("Confidence: 0.9\nAnswer: B", 0.9),
    ("Answer: B\nConfidence: 90", 0.9), ("Confidence:\n0.9", 0.9), ("nan", None), ("inf", None),
    ("confidence: -0.1", None), ("99.9%", 0.999),
]

# a reply and whether it says yes
YES_NO: list[tuple[str, bool | None]] = [
    ("Yes", True), ("No", False), ("yes.", True), ("NO!", False), ("Yes, it does.", True),
    ("No, it doesn't.", False), ("The answer is yes", True), ("Answer: No", False),
    ("**Yes**", True), ("<answer>no</answer>", False), ("<think>yes</think>No", False),
    ("<think>yes", None), ("Yes and no", None), ("yes or no", None), ("Yes/No", None),
    ("Answer yes or no: yes", True), ("I don't know", None), ("There is no collision", None),
    ("Maybe", None), ("", None), ("是", True), ("不是", False), ("否", False), ("答案是：是", True),
    ("True", True), ("False", False), ("y", True), ("n", False), ('{"answer": "yes"}', True),
    ("\\boxed{No}", False), ("The ball reaches the wall, so the answer is yes.", True),
    ("At first yes, but the answer is no.", False), ("Yes. No.", None),
    ("The answer is not yes.", None), ("Nothing happens", None), ("Yesterday", None),
    ("The ball hits the wall.\n\nYes", True), ("So, no.", False), ("Yes, wait, no.", False),
    ("No - the ball stops.", False), ("No because it stops", False), ("Therefore, yes", True),
    ("Is the answer yes? The answer is no.", False), ("It is true", True), ("Nope.", False),
    ("Yeah", True), ("I would say no", False),
]
